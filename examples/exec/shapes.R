# Tells the shape of pictures, in plain R: Debian's r-base-core is enough.
#
# It is a program for the step `exec`: a line of JSON comes in for each picture, and a line goes out. Plain R has no JSON.
# What this program needs of a line is its `id`, which it gives back as it stands, quotes and escapes included, and two
# whole numbers behind `"image":`, so two patterns will do. A program that needs more reads JSON with the package jsonlite
# (Debian: r-cran-jsonlite).

id_of <- function(line) regmatches(line, regexpr('"id":"([^"\\\\]|\\\\.)*"', line))

number_of <- function(line, name) {
  image <- regmatches(line, regexpr('"image":\\{[^}]*\\}', line))
  found <- regmatches(image, regexpr(paste0('"', name, '":[0-9]+'), image))
  as.integer(sub(".*:", "", found))
}

shape_of <- function(width, height) {
  if (width > 1.1 * height) "landscape" else if (height > 1.1 * width) "portrait" else "square"
}

input <- file("stdin", "r")
while (length(line <- readLines(input, n = 1)) > 0) {
  width <- number_of(line, "width")
  height <- number_of(line, "height")
  megapixels <- format(round(width * height / 1e6, 3), scientific = FALSE)
  cat(sprintf('{%s,"keep":true,"facts":{"shape":"%s","megapixels":%s}}\n', id_of(line), shape_of(width, height), megapixels))
  flush(stdout())
}
