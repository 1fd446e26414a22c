// Owns the roll-over of TLSA records: since when each server has which record, and what that allows. Pure.
#ifndef TLSWARD_CERT_DANE_PLAN_H
#define TLSWARD_CERT_DANE_PLAN_H

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/tlsa_record.h"
#include "cert/tlsa.h"

namespace tlsward::cert {

/// What one authoritative server said in one round of questions.
struct ServerRecords {
  std::string server;         ///< a name for people, the same in every round: "ns1.example.org (192.0.2.53)"
  bool has_answered = false;  ///< "no such record" is an answer too
  std::chrono::seconds ttl{0};  ///< of the set; without a meaning when there is none
  std::vector<base::TlsaRecord> records;
};

/// One record at one server, there in every answer since.
struct SeenRecord {
  std::string server;
  base::TlsaRecord record;
  base::Seconds since;
};

/// One identity of the deployment that shall go live.
struct PlannedIdentity {
  std::string name;  ///< for people: "RSA 2048"
  ChainBytes chain;
};

/// Where one identity stands.
struct IdentityPlan {
  std::string name;
  std::vector<base::TlsaRecord> wanted;  ///< what to publish, one of which is enough
  std::vector<std::string> missing_at;   ///< servers that answered and have no record for it
  std::optional<base::Seconds>
      ready_at;  ///< when its records will have stood long enough; nothing while one is missing
};

/// A record that matches nothing of the new deployment.
struct OldRecord {
  base::TlsaRecord record;
  base::Seconds
      keep_until;  ///< may be taken out of the zone from then on, if the new deployment is live by ready_at
};

/// What may be done now.
struct DanePlan {
  bool is_ready = false;  ///< the new deployment may go live now
  std::optional<base::Seconds>
      ready_at;                 ///< when it may, if all stays as it is; nothing while something is missing
  std::chrono::seconds ttl{0};  ///< the largest that was seen, of which twice is waited
  std::vector<IdentityPlan> identities;     ///< in the order given
  std::vector<std::string> silent_servers;  ///< no answer in the last round: not known to have anything
  std::vector<OldRecord> old_records;       ///< by value, each once
};

/// Watches the authoritative servers through a roll-over. A new certificate may go live when no resolver can
/// hold a set without its record any more: after twice the TTL, counted from when the last server had it (RFC
/// 7671 section 8.1). The TTL is the largest ever seen: the set before may still be kept for the longer one
/// of it.
class DaneWatch {
 public:
  /// One round of questions at `now`, which never goes back. A server that has lost a record, and is asked
  /// again, begins anew with it; one that did not answer keeps what it had, and the plan waits for it. A
  /// server that is not named any more is forgotten.
  void observe(base::Seconds now, const std::vector<ServerRecords>& round);

  /// What the rounds so far allow. Without a round, or without an identity, nothing is ever ready.
  [[nodiscard]] DanePlan plan(const std::vector<PlannedIdentity>& identities, base::Seconds now) const;

  /// What was seen and since when, by server and record.
  [[nodiscard]] const std::vector<SeenRecord>& seen() const { return seen_; }

 private:
  [[nodiscard]] IdentityPlan plan_of(const PlannedIdentity& identity) const;
  [[nodiscard]] std::optional<base::Seconds> earliest_match(const std::string& server,
                                                            const ChainBytes& chain) const;
  std::vector<SeenRecord> seen_;
  std::vector<ServerRecords> last_round_;
  std::chrono::seconds ttl_{0};
};

}  // namespace tlsward::cert

#endif
