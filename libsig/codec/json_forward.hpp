#pragma once

/// The one header that lets another header name the JSON library's document;
/// everything else of that library stays in sources.
#include <nlohmann/json_fwd.hpp>
