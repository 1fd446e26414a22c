// Owns the handles of GnuTLS: each frees itself, and one translator turns its errors into ours.
#ifndef TLSWARD_CERT_GNUTLS_HANDLES_H
#define TLSWARD_CERT_GNUTLS_HANDLES_H

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/pkcs12.h>
#include <gnutls/pkcs7.h>
#include <gnutls/x509-ext.h>
#include <gnutls/x509.h>

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/result.h"
#include "base/secret.h"

namespace tlsward::cert {

/// Calls one of GnuTLS's deinit functions.
template <auto deinit>
struct GnutlsDeleter {
  template <class T>
  void operator()(T* handle) const {
    deinit(handle);
  }
};

template <class Handle, auto deinit>
using GnutlsOwner = std::unique_ptr<std::remove_pointer_t<Handle>, GnutlsDeleter<deinit>>;

using CrtHandle = GnutlsOwner<gnutls_x509_crt_t, &gnutls_x509_crt_deinit>;
using CrqHandle = GnutlsOwner<gnutls_x509_crq_t, &gnutls_x509_crq_deinit>;
using X509KeyHandle = GnutlsOwner<gnutls_x509_privkey_t, &gnutls_x509_privkey_deinit>;
using PrivkeyHandle = GnutlsOwner<gnutls_privkey_t, &gnutls_privkey_deinit>;
using PubkeyHandle = GnutlsOwner<gnutls_pubkey_t, &gnutls_pubkey_deinit>;
using Pkcs12Handle = GnutlsOwner<gnutls_pkcs12_t, &gnutls_pkcs12_deinit>;
using Pkcs12BagHandle = GnutlsOwner<gnutls_pkcs12_bag_t, &gnutls_pkcs12_bag_deinit>;
using Pkcs7Handle = GnutlsOwner<gnutls_pkcs7_t, &gnutls_pkcs7_deinit>;
using AltNamesHandle = GnutlsOwner<gnutls_subject_alt_names_t, &gnutls_subject_alt_names_deinit>;
using NameConstraintsHandle =
    GnutlsOwner<gnutls_x509_name_constraints_t, &gnutls_x509_name_constraints_deinit>;
using TlsFeaturesHandle = GnutlsOwner<gnutls_x509_tlsfeatures_t, &gnutls_x509_tlsfeatures_deinit>;

/// Makes a handle with GnuTLS's own init function; no memory is a broken promise (std::bad_alloc).
template <class Owner, class Init, class... More>
Owner make_handle(Init init, More... more) {
  typename Owner::pointer handle = nullptr;
  if (init(&handle, more...) < 0) throw std::bad_alloc();
  return Owner(handle);
}

/// Bytes that GnuTLS allocated; overwritten and freed with their owner.
class Datum {
 public:
  Datum() = default;
  Datum(const Datum&) = delete;
  Datum& operator=(const Datum&) = delete;
  ~Datum() { reset(); }
  /// To hand to GnuTLS for filling; what was there before is freed.
  gnutls_datum_t* out() {
    reset();
    return &datum_;
  }
  [[nodiscard]] std::string_view view() const {
    return {reinterpret_cast<const char*>(datum_.data), datum_.data == nullptr ? 0 : datum_.size};
  }

 private:
  void reset() {
    if (datum_.data != nullptr) {
      gnutls_memset(datum_.data, 0, datum_.size);
      gnutls_free(datum_.data);
    }
    datum_ = {nullptr, 0};
  }
  gnutls_datum_t datum_{nullptr, 0};
};

/// Bytes of ours for GnuTLS to read: valid as long as they are.
gnutls_datum_t datum_of(std::string_view bytes);

/// Translates a GnuTLS error: "<doing>: <what GnuTLS says>". Code: parse, but io for memory and randomness,
/// range for what this GnuTLS cannot do.
base::Error from_gnutls(int rc, std::string_view doing, std::string where = {});

}  // namespace tlsward::cert

#endif
