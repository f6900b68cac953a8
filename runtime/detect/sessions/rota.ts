// Which session of a pool takes which image: one line of jobs, and seats that take from it.
import { createSeat, type Job, mostJobs, type Seat, type SessionOptions } from "./seat.ts";
import type { SessionReply } from "./session_messages.ts";

export interface Rota {
  /** Puts a job at the end of the line. */
  add(job: Job): void;
  /** Puts a job that failed at the front. */
  again(job: Job): void;
  /** Forgets a job. Its session ends if it is at work, now or when its turn comes. */
  forget(job: Job): void;
  /** Ends all sessions. Returns the jobs that are left. */
  end(): readonly Job[];
}

export type RotaEvents = {
  /** The runtime does not take the model. */
  refused(message: string): void;
  answered(job: Job, reply: SessionReply): void;
  /** A session died; `atWork` is what it had at work. */
  died(atWork: Job | undefined, message: string): void;
};

/** `sessions`: at most so many; they start when there are jobs for them. */
export function createRota(options: SessionOptions & { readonly sessions: number }, events: RotaEvents): Rota {
  const line: Job[] = [];
  let ended = false;

  const takeBack = (jobs: readonly Job[]) => line.unshift(...jobs.filter(({ abandoned }) => !abandoned));
  const seats = Array.from({ length: options.sessions }, () => {
    const seat: Seat = createSeat(options, {
      opened: () => move(),
      refused: events.refused,
      answered(job, reply) {
        events.answered(job, reply);
        // The next may have been given up while it waited: if it hung, nothing would end it.
        if (seat.jobs[0]?.abandoned) takeBack(seat.end());
        move();
      },
      died([atWork, ...waiting], message) {
        takeBack(waiting);
        events.died(atWork, message);
        move();
      },
    });
    return seat;
  });

  const move = () => {
    if (ended) return;
    serve(seats, line, 1);
    startFor(seats, line);
    serve(seats, line, mostJobs);
  };

  return {
    add(job) {
      line.push(job);
      move();
    },
    again: (job) => void takeBack([job]),
    forget(job) {
      job.abandoned = true;
      takeBack(line.splice(0));
      const seat = seats.find(({ jobs }) => jobs[0] === job);
      if (seat !== undefined) takeBack(seat.end());
      move();
    },
    end() {
      ended = true;
      return [...seats.flatMap((seat) => seat.end()), ...line.splice(0)];
    },
  };
}

/** Gives open sessions jobs from the line until each has `most`. */
function serve(seats: readonly Seat[], line: Job[], most: number): void {
  for (const seat of seats) {
    while (seat.state === "open" && seat.jobs.length < most) {
      const job = line.shift();
      if (job === undefined) return;
      seat.give(job);
    }
  }
}

/** Starts a session for each job in the line that no other one will take when it is open. */
function startFor(seats: readonly Seat[], line: readonly Job[]): void {
  let opening = seats.filter(({ state }) => state === "opening").length;
  for (const seat of seats) {
    if (seat.state !== "empty" || line.length <= opening) continue;
    seat.start();
    opening++;
  }
}
