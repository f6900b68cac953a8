// Whether a list of URLs is worth going on with: not when it names one host in the main, and nobody is at home there.

export interface SilentHosts {
  /** A row of the list names this URL. */
  listed(url: string): void;
  /** All rows were listed. The host that is silent, if there is reason to give up. */
  complete(): string | undefined;
  /** Somebody answered, whatever it was: from then on there is no reason to give up. */
  answered(): void;
  /** Nobody answers at this URL. The host that is silent, if there is reason to give up. */
  silent(url: string): string | undefined;
}

/** Requests without an answer that are reason enough once the whole list is known, and before. */
const enough = 5;
const enoughEarly = 1000;

/** Hosts whose rows are counted: with more of them, no host is the one that matters. */
const mostHosts = 1000;

export function createSilentHosts(): SilentHosts {
  const rows = new Map<string, number>();
  const unanswered = new Map<string, number>();
  let total = 0;
  let isComplete = false;
  let isAnswered = false;
  const hopeless = (host: string) => {
    const least = isComplete ? enough : enoughEarly;
    return !isAnswered && (unanswered.get(host) ?? 0) >= least && 2 * (rows.get(host) ?? 0) > total;
  };
  return {
    listed(url) {
      const host = hostOf(url);
      total++;
      if (rows.has(host) || rows.size < mostHosts) rows.set(host, (rows.get(host) ?? 0) + 1);
    },
    complete() {
      isComplete = true;
      return [...unanswered.keys()].find(hopeless);
    },
    answered: () => void (isAnswered = true),
    silent(url) {
      const host = hostOf(url);
      if (rows.has(host)) unanswered.set(host, (unanswered.get(host) ?? 0) + 1);
      return hopeless(host) ? host : undefined;
    },
  };
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "";
}
