// How much the checks find in the labelled corpus, and how much they say that
// is not so. The folder is the argument, or the project's own corpus.
#include <iostream>
#include <string>

#include "tests/support/corpus.hpp"

int main(int argc, char** argv) {
  const std::string folder =
    argc > 1 ? argv[1] : LIBSIG_SOURCE_DIR "/tests/review/corpus";
  const bool verbose = argc > 2 && std::string(argv[2]) == "--misses";
  const auto score = libsig::testing::score_corpus(folder);
  if (score.snippets == 0) {
    std::cerr << "No snippets in " << folder << '\n';
    return 1;
  }
  libsig::testing::print(std::cout, score, verbose);
  return 0;
}
