#include "cert/intake.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "cert/collector.h"
#include "cert/der.h"
#include "cert/encrypted.h"
#include "cert/pem.h"
#include "cert/pkcs12.h"

namespace tlsward::cert {
namespace {

/// What a DER object is, by its shape.
enum class Shape : std::uint8_t { certificate_like, pkcs7, pkcs12, key, encrypted_key, other };

/// What follows the header, also of an object of indefinite length.
std::string_view inside(const der::Element& element) {
  return element.content.empty() ? element.whole.substr(std::min<std::size_t>(2, element.whole.size()))
                                 : element.content;
}

/// RFC 5280 (SEQUENCE of SEQUENCE, SEQUENCE, BIT STRING), RFC 5652 (OBJECT IDENTIFIER first), RFC 7292
/// (INTEGER 3, SEQUENCE), RFC 5958, RFC 8017 and RFC 5915 (INTEGER 0 or 1, something), RFC 5208 (SEQUENCE,
/// OCTET STRING).
Shape shape_of(std::string_view bytes) {
  const auto outer = der::take(bytes, true);
  if (!outer || outer->tag != der::sequence) return Shape::other;
  std::string_view fields = inside(*outer);
  const auto first = der::take(fields, true);
  if (!first) return Shape::other;
  const std::uint8_t second = fields.empty() ? 0 : static_cast<std::uint8_t>(fields.front());
  if (first->tag == der::object_identifier) return second == der::context_0 ? Shape::pkcs7 : Shape::other;
  if (first->tag == der::integer && first->content.size() == 1) {
    const char version = first->content.front();
    if (version == 3) return second == der::sequence ? Shape::pkcs12 : Shape::other;
    const bool is_key = second == der::sequence || second == der::integer || second == der::octet_string;
    return (version == 0 || version == 1) && is_key ? Shape::key : Shape::other;
  }
  if (first->tag != der::sequence) return Shape::other;
  if (second == der::octet_string) return Shape::encrypted_key;
  const auto algorithm = der::take(fields, der::sequence);
  return algorithm && der::take(fields, der::bit_string) ? Shape::certificate_like : Shape::other;
}

constexpr std::array certificate_labels{std::string_view("CERTIFICATE"), std::string_view("X509 CERTIFICATE"),
                                        std::string_view("TRUSTED CERTIFICATE")};
constexpr std::array pkcs7_labels{std::string_view("PKCS7"), std::string_view("PKCS #7 SIGNED DATA"),
                                  std::string_view("CMS")};
constexpr std::string_view key_label_end = "PRIVATE KEY";

template <class Labels>
bool is_one_of(const Labels& labels, std::string_view label) {
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

bool is_wanted(std::string_view label) {
  return is_one_of(certificate_labels, label) || is_one_of(pkcs7_labels, label) ||
         label.ends_with(key_label_end);
}

void read_key_block(const PemBlock& block, const Place& place, Passphrases& passphrases, Collector& out) {
  if (block.label == "ENCRYPTED PRIVATE KEY") {
    read_encrypted_key(block.bytes.view(), place, passphrases, out);
  } else if (!block.dek_info.empty()) {
    read_openssl_key(block, place, passphrases, out);
  } else if (block.label == "OPENSSH PRIVATE KEY") {
    out.miss_key();
    out.find(Check::unparsable, place, "this is a key of SSH in a form of its own",
             "a key for certificates is made by: tlsward cert request");
  } else if (out.wants_key(block.bytes.view(), place)) {
    out.add_key(PrivateKey::from_der(block.bytes.view()), place);
  }
}

void read_pem_block(const PemBlock& block, const Place& place, Passphrases& passphrases, Collector& out) {
  if (!block.fault.empty()) {
    if (block.label.ends_with(key_label_end)) out.miss_key();
    out.find(Check::unparsable, place, fmt::format("{}: {}", base::printable(block.label), block.fault),
             "copy the whole block, from its BEGIN line to its END line");
  } else if (block.label == "TRUSTED CERTIFICATE") {
    // OpenSSL puts its own trust settings behind the certificate; they are none of ours.
    std::string_view bytes = block.bytes.view();
    const auto first = der::take(bytes);
    out.add_certificate(first ? first->whole : block.bytes.view(), place);
  } else if (is_one_of(certificate_labels, block.label)) {
    out.add_certificate(block.bytes.view(), place);
  } else if (is_one_of(pkcs7_labels, block.label)) {
    Place unordered = place;
    unordered.is_ordered = false;
    read_pkcs7(block.bytes.view(), unordered, out);
  } else {
    read_key_block(block, place, passphrases, out);
  }
}

/// Reads DER, one object or several in a row.
void read_der(std::string_view bytes, const std::string& name, Passphrases& passphrases, Collector& out) {
  const Place place{name, 0, false};
  while (!bytes.empty()) {
    const Shape shape = shape_of(bytes);
    const auto object = der::take(bytes, true);
    if (!object || shape == Shape::other) return;
    switch (shape) {
      case Shape::certificate_like: out.add_certificate(object->whole, place); break;
      case Shape::pkcs7: read_pkcs7(object->whole, place, out); break;
      case Shape::pkcs12: read_pkcs12(object->whole, place, passphrases, out); break;
      case Shape::encrypted_key: read_encrypted_key(object->whole, place, passphrases, out); break;
      case Shape::key:
        if (out.wants_key(object->whole, place)) out.add_key(PrivateKey::from_der(object->whole), place);
        break;
      case Shape::other: break;
    }
  }
}

/// Says what a file is in which nothing was found.
void explain(std::string_view content, const Place& place, Collector& out) {
  std::string text = "there is neither certificate nor private key in it";
  std::string hint = "give PEM, DER, PKCS#12 or PKCS#7; PEM blocks begin with -----BEGIN";
  if (content.empty()) {
    text = "it is empty";
  } else if (content.starts_with("\xFF\xFE") || content.starts_with("\xFE\xFF")) {
    text = "it is UTF-16 text";
    hint = "save it as UTF-8 or plain ASCII text";
  } else if (content.starts_with('\x30') && content.size() > 1 && (content[1] & '\x80') != 0) {
    text = "it is cut, or damaged";
    hint = "copy it again as a binary file";
  } else if (content.find("CERTIFICATE REQUEST-----") != std::string_view::npos) {
    text = "it holds a request, not a certificate";
    hint = "send it to an authority, and give the certificate that comes back";
  }
  out.find(Check::unparsable, place, std::move(text), std::move(hint));
}

void read_input(const Input& input, Passphrases& passphrases, Collector& out) {
  const std::string_view content = input.content.view();
  const std::size_t before = out.mark();
  // Binary first: a text block inside of a certificate's extension is no certificate of its own.
  std::string_view rest = content;
  if (shape_of(content) != Shape::other && der::take(rest, true)) {
    read_der(content, input.name, passphrases, out);
  } else {
    for_each_pem_block(content, is_wanted, [&](PemBlock&& block) {
      read_pem_block(block, Place{input.name, block.line, true}, passphrases, out);
      return true;
    });
    if (out.mark() == before) {
      // A paste without its BEGIN and END lines.
      if (const auto bare = decode_base64(content)) read_der(bare->view(), input.name, passphrases, out);
    }
  }
  if (out.mark() == before) explain(content, Place{input.name, 0, false}, out);
}

}  // namespace

base::Result<Input> load_input(const std::string& path) {
  auto content = base::read_secret_file(path, max_input_bytes);
  if (!content) return content.error();
  return Input{path == "-" ? "standard input" : path, *std::move(content)};
}

base::Finding unreadable_finding(const std::string& path, const base::Error& error) {
  return base::make_finding(info_of(Check::unreadable), path, error.text,
                            error.code == base::Errc::permission
                                ? "run it as root"
                                : "name the files that hold certificates and keys, of at most 16 MiB each");
}

Material read_material(std::vector<Input> inputs, const AskPassphrase& ask) {
  Collector out;
  Passphrases passphrases(ask);
  for (Input& input : inputs) {
    out.add_file(input.name);
    read_input(input, passphrases, out);
    input.content.wipe();
  }
  return out.take();
}

}  // namespace tlsward::cert
