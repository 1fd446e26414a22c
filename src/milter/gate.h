// Owns the gate before libmilter: whether it takes new sessions, without its knowing.
#ifndef TLSWARD_MILTER_GATE_H
#define TLSWARD_MILTER_GATE_H

#include <string>
#include <vector>

#include "base/files.h"
#include "base/result.h"

namespace tlsward::milter {

/// libmilter polls and accepts on a descriptor number for ever. The gate decides what stands behind that
/// number: the socket where mail servers call, or one where nobody can. The one is put over the other with
/// dup2(2), which is atomic; libmilter, should it have seen a caller a moment before, gets EAGAIN, which it
/// takes for nothing. Whoever opens or shuts it wakes libmilter's listener after that (Listener::nudge), for
/// its poll may still hold the former socket. One thread at a time.
class Gate {
 public:
  /// `listening` stays the caller's. `folders`: where a socket may be made and unlinked at once, so that
  /// nobody can call it; where none of them can be written, it gets an abstract name.
  static base::Result<Gate> make(int listening, const std::vector<std::string>& folders);

  /// The number for libmilter, which closes it in the end.
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool is_open() const { return is_open_; }
  void open();
  void shut();

 private:
  Gate() = default;

  int listening_ = -1;
  int number_ = -1;
  base::Descriptor wall_;
  bool is_open_ = true;
};

}  // namespace tlsward::milter

#endif
