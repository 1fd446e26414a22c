// Owns the filters under measurement: starts them in a folder of their own, reads what they use, ends them.
#ifndef TLSWARD_BENCH_FILTERS_H
#define TLSWARD_BENCH_FILTERS_H

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace tlsward::bench {

/// A temporary folder, gone with its owner.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A filter that runs and answers on a Unix socket; ended with its owner. Throws std::runtime_error where it
/// does not come up.
class Filter {
 public:
  /// The program of §9: bench/bare_milter beside this program.
  static Filter bare(const Folder& folder);
  /// tlswardd of this build with enforce=yes over that list; as root it drops to nobody.
  static Filter tlswardd(const Folder& folder, const std::filesystem::path& list);

  Filter(Filter&& other) noexcept;
  Filter& operator=(Filter&&) = delete;
  ~Filter();

  [[nodiscard]] const std::string& socket() const { return socket_; }
  [[nodiscard]] pid_t pid() const { return pid_; }
  /// CPU it has used so far, user and system, all threads.
  [[nodiscard]] double cpu_seconds() const;
  /// Memory it holds in RAM, in bytes.
  [[nodiscard]] std::size_t resident() const;
  /// How often the text stands in its log.
  [[nodiscard]] std::size_t logged(const std::string& text) const;
  /// Asks tlswardd to read its list again.
  void reload() const;

 private:
  Filter(const std::vector<std::string>& command, std::string socket, std::filesystem::path log);
  void end() noexcept;

  std::string socket_;
  std::filesystem::path log_;
  pid_t pid_ = -1;
};

/// Where the programs of this build are: the folder above that of the running program.
std::filesystem::path build_folder();

/// Writes an access list of `count` networks as make_list does.
std::filesystem::path write_list(const Folder& folder, std::size_t count);

}  // namespace tlsward::bench

#endif
