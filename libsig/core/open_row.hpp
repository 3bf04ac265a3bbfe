#pragma once

#include <string>

namespace libsig {

/// A row of the journal that stands from the moment a signal is in the log and
/// keeps its body: what the signal asks for is owed until an actor removes the
/// row. After a crash whoever owes it finds it there, even when nobody had
/// begun.
struct open_row {
  std::string table;
  /// The row's name; the journal makes its key of the signal's tenant, its
  /// sequence and this (`row_key`).
  std::string name;
  /// How many hops it takes to settle what is owed. A signal that has not so
  /// many left is refused, since its effects would be: nobody would ever hear
  /// what became of it.
  unsigned hops = 0;
};

} // namespace libsig
