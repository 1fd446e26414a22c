// Owns the seams around a decision: who is told of each one, and who knows how the MTA's own TLS fares.
#ifndef TLSWARD_MILTER_OBSERVATION_H
#define TLSWARD_MILTER_OBSERVATION_H

#include "base/clock.h"
#include "policy/decision.h"
#include "policy/session.h"

namespace tlsward::milter {

/// One decision as it was taken. Holds references: valid during the call only.
struct Observation {
  const policy::Session& session;
  const policy::Decision& decision;
  base::Seconds time;
};

/// Is told of every decision, accepted ones too. Called from any thread, in the time that a mail server
/// waits: implementations hand over and return.
class ObservationSink {
 public:
  ObservationSink() = default;
  virtual ~ObservationSink() = default;
  ObservationSink(const ObservationSink&) = delete;
  ObservationSink& operator=(const ObservationSink&) = delete;
  virtual void record(const Observation& observation) noexcept = 0;
};

/// Keeps nothing.
class NullSink final : public ObservationSink {
 public:
  void record(const Observation& /*observation*/) noexcept override {}
};

/// Knows the state of the MTA's own STARTTLS (DESIGN section 3). Called from any thread, for each message.
class HealthSource {
 public:
  HealthSource() = default;
  virtual ~HealthSource() = default;
  HealthSource(const HealthSource&) = delete;
  HealthSource& operator=(const HealthSource&) = delete;
  [[nodiscard]] virtual policy::OwnTls own_tls() const noexcept = 0;
};

/// Knows nothing, which changes nothing.
class UnknownHealth final : public HealthSource {
 public:
  [[nodiscard]] policy::OwnTls own_tls() const noexcept override { return policy::OwnTls::unknown; }
};

}  // namespace tlsward::milter

#endif
