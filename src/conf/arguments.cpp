#include "conf/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <utility>

#include "base/text.h"

namespace tlsward::conf {
namespace {

namespace po = boost::program_options;

using Values = std::vector<std::string>;

constexpr const char* positional_name = "word";

po::options_description describe(std::span<const OptionSpec> options) {
  po::options_description out;
  for (const OptionSpec& option : options) {
    // "help,h" is how Boost is told of a short form.
    const std::string name = option.name == "help" ? "help,h" : std::string(option.name);
    if (option.value_name.empty()) {
      out.add_options()(name.c_str(), "");
    } else if (option.repeats) {
      out.add_options()(name.c_str(), po::value<Values>()->composing());
    } else {
      out.add_options()(name.c_str(), po::value<std::string>());
    }
  }
  out.add_options()(positional_name, po::value<Values>());
  return out;
}

Values values_of(const boost::any& value) {
  if (const auto* const many = boost::any_cast<Values>(&value)) return *many;
  if (const auto* const one = boost::any_cast<std::string>(&value)) return {*one};
  return {};
}

base::Error usage_error(std::string text, std::string option = {}) {
  return base::Error{base::Errc::parse, std::move(text), std::move(option)};
}

/// What Boost lets pass: an option that took the next option for its value, and the name that only Boost
/// needs.
std::optional<base::Error> check_words(const po::parsed_options& parsed,
                                       std::span<const OptionSpec> options) {
  for (const auto& option : parsed.options) {
    if (option.string_key == positional_name && option.position_key < 0)
      return usage_error(fmt::format("unrecognised option '--{}'", positional_name), positional_name);
    if (option.original_tokens.size() < 2 || !option.original_tokens[1].starts_with("--")) continue;
    const std::string_view next = std::string_view(option.original_tokens[1]).substr(2);
    if (std::any_of(options.begin(), options.end(), [&](const OptionSpec& o) { return o.name == next; })) {
      return usage_error(fmt::format("option '--{0}' needs a value (write --{0}=--{1} where that is meant)",
                                     option.string_key, next));
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> Arguments::value(std::string_view option) const {
  const auto it = values_.find(option);
  if (it == values_.end()) return std::nullopt;
  return it->second.empty() ? std::string() : it->second.front();
}

std::vector<std::string> Arguments::values(std::string_view option) const {
  const auto it = values_.find(option);
  return it == values_.end() ? Values{} : it->second;
}

base::Result<Arguments> parse_arguments(std::span<const OptionSpec> options, std::size_t max_positional,
                                        const std::vector<std::string>& words) {
  using po::command_line_style::style_t;
  constexpr int style = style_t::allow_long | style_t::long_allow_next | style_t::long_allow_adjacent |
                        style_t::allow_short | style_t::allow_dash_for_short | style_t::short_allow_next;
  const po::options_description all = describe(options);
  po::positional_options_description positional;
  positional.add(positional_name, static_cast<int>(max_positional));
  Arguments out;
  try {
    po::variables_map map;
    const auto parsed = po::command_line_parser(words).options(all).positional(positional).style(style).run();
    if (auto error = check_words(parsed, options)) return *std::move(error);
    po::store(parsed, map);
    for (const auto& [name, value] : map) out.values_.emplace(name, values_of(value.value()));
    if (const auto it = out.values_.find(positional_name); it != out.values_.end()) {
      out.positional_ = std::move(it->second);
      out.values_.erase(it);
    }
  } catch (const po::too_many_positional_options_error&) {
    return usage_error("there is a word too many");
  } catch (const po::unknown_option& e) {
    return usage_error(base::visible(e.what()), base::printable(e.get_option_name(), 80));
  } catch (const po::error& e) {
    return usage_error(base::visible(e.what()));
  }
  return out;
}

}  // namespace tlsward::conf
