#include "smtp/channel.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>

namespace tlsward::smtp {

std::optional<Failure> read_reply(Channel& channel, Reply& reply, Deadline deadline) {
  ReplyReader reader;
  ReplyReader::State state = ReplyReader::State::incomplete;
  while (state == ReplyReader::State::incomplete) {
    std::string_view octets;
    if (auto failure = channel.receive(octets, deadline)) return failure;
    state = reader.take(octets);
  }
  if (state == ReplyReader::State::broken) return Failure{Verdict::protocol_error, reader.problem()};
  reply = reader.reply();
  if (reader.left_over() > 0) {
    return Failure{Verdict::protocol_error,
                   fmt::format("the server sent {} octets that nobody asked for behind \"{}\"",
                               reader.left_over(), reply.shown())};
  }
  return std::nullopt;
}

std::optional<Failure> ask(Channel& channel, std::string_view command, Reply& reply, Deadline deadline) {
  if (auto failure = channel.send(std::string(command) + "\r\n", deadline)) return failure;
  return read_reply(channel, reply, deadline);
}

std::optional<Failure> wait_for(int descriptor, bool to_write, Deadline deadline) {
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return Failure{Verdict::timeout, "the server did not answer in time"};
    pollfd watched{descriptor, static_cast<short>(to_write ? POLLOUT : POLLIN), 0};
    const int ready = ::poll(&watched, 1, static_cast<int>(std::min<long>(left.count(), 1000L * 3600L)));
    if (ready > 0) return std::nullopt;
    if (ready < 0 && errno != EINTR)
      return Failure{Verdict::local_error, "cannot wait: " + std::generic_category().message(errno)};
  }
}

}  // namespace tlsward::smtp
