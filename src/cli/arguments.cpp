#include "cli/arguments.h"

#include <fmt/format.h>

#include <array>
#include <boost/program_options.hpp>
#include <utility>

#include "base/text.h"

namespace tlsward::cli {
namespace {

namespace po = boost::program_options;

constexpr std::array common{
    OptionSpec{"config", "FILE", "read this tlsward.conf, and conf.d beside it"},
    OptionSpec{"json", "", "write JSON for programs in place of text for people"},
    OptionSpec{"help", "", "show this text and end"},
};

constexpr const char* positional_name = "word";

void add_options(po::options_description& all, std::span<const OptionSpec> options) {
  for (const OptionSpec& option : options) {
    // "help,h" is how Boost is told of a short form.
    const std::string name = option.name == "help" ? "help,h" : std::string(option.name);
    if (option.value_name.empty()) {
      all.add_options()(name.c_str(), "");
    } else {
      all.add_options()(name.c_str(), po::value<std::string>());
    }
  }
}

}  // namespace

std::optional<std::string> Arguments::value(std::string_view option) const {
  const auto it = values_.find(option);
  return it == values_.end() ? std::nullopt : std::optional(it->second);
}

std::span<const OptionSpec> common_options() {
  return common;
}

base::Result<Arguments> parse_arguments(std::span<const OptionSpec> options, std::size_t max_positional,
                                        const std::vector<std::string>& words) {
  using po::command_line_style::style_t;
  constexpr int style = style_t::allow_long | style_t::long_allow_next | style_t::long_allow_adjacent |
                        style_t::allow_short | style_t::allow_dash_for_short | style_t::short_allow_next;
  po::options_description all;
  add_options(all, options);
  add_options(all, common);
  all.add_options()(positional_name, po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add(positional_name, static_cast<int>(max_positional));
  Arguments out;
  try {
    po::variables_map map;
    const auto parsed = po::command_line_parser(words).options(all).positional(positional).style(style).run();
    for (const auto& option : parsed.options) {
      // Boost needs a name for what has none; nobody may use it.
      if (option.string_key == positional_name && option.position_key < 0) {
        return base::Error{base::Errc::parse, fmt::format("unrecognised option '--{}'", positional_name), {}};
      }
    }
    po::store(parsed, map);
    for (const auto& [name, value] : map) {
      if (name == positional_name) {
        out.positional_ = value.as<std::vector<std::string>>();
      } else {
        const auto* const text = boost::any_cast<std::string>(&value.value());
        out.values_.emplace(name, text == nullptr ? std::string() : *text);
      }
    }
  } catch (const po::too_many_positional_options_error&) {
    return base::Error{base::Errc::parse, "there is a word too many", {}};
  } catch (const po::error& e) {
    return base::Error{base::Errc::parse, base::visible(e.what()), {}};
  }
  return out;
}

}  // namespace tlsward::cli
