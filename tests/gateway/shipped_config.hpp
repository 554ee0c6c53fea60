#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>

#include "gateway/config.hpp"

namespace jangkau::gateway {

/// The configuration as we ship it, with its data folder elsewhere.
inline Config shipped_config(const std::string& data = "data") {
    ConfigOptions options;
    options.file = JANGKAU_SOURCE_DIR "/config/jangkau.yaml";
    options.data = data;
    options.secrets_needed = false;
    Problems problems;
    auto config = load_config(options, problems);
    if (config) return *std::move(config);
    std::string all = "the shipped configuration has problems";
    for (const Problem& problem : problems) all += "\n" + written(problem);
    throw std::runtime_error(all);
}

/// Loaded once: it proves all menus.
inline const flows::Service& shipped_service() {
    static const Config config = shipped_config();
    return *config.service;
}

}  // namespace jangkau::gateway
