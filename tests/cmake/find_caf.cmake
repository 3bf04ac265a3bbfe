# Runs one CASE of tests/cmake/CMakeLists.txt: configures the project of
# find_caf/ in BUILD and compares what it sees of CAF with what it has to.

cmake_minimum_required(VERSION 3.25)

get_filename_component(modules "${CMAKE_CURRENT_LIST_DIR}/../../cmake" ABSOLUTE)
set(package "${BUILD}/package")
set(package_library "${package}/lib/libcaf")
file(REMOVE_RECURSE "${BUILD}")

# Writes a package of the shape that CAF 1.x installs: a version that serves
# its major version alone, targets CAF::NAME for each component built, and no
# look at the components asked for. TAIL ends the configuration.
function(write_package version tail)
  include(CMakePackageConfigHelpers)
  set(folder "${package}/lib/cmake/CAF")
  set(targets "")
  foreach(component IN ITEMS core io)
    set(links Threads::Threads)
    if(component STREQUAL io)
      set(links CAF::core)
    endif()
    string(APPEND targets
           "add_library(CAF::${component} SHARED IMPORTED)\n"
           "set_target_properties(CAF::${component} PROPERTIES\n"
           "  IMPORTED_LOCATION \"${package_library}_${component}.so\"\n"
           "  INTERFACE_INCLUDE_DIRECTORIES \"${package}/include\"\n"
           "  INTERFACE_LINK_LIBRARIES ${links})\n")
    file(WRITE "${package_library}_${component}.so" "")
  endforeach()
  file(WRITE "${folder}/CAFTargets.cmake" "${targets}")
  file(WRITE "${package}/include/caf/all.hpp" "")
  file(
    WRITE "${folder}/CAFConfig.cmake"
    "include(CMakeFindDependencyMacro)\nfind_dependency(Threads)\n"
    "include(\"\${CMAKE_CURRENT_LIST_DIR}/CAFTargets.cmake\")\n${tail}\n")
  # The helper takes the size of a pointer from a language that is not there.
  set(CMAKE_SIZEOF_VOID_P 8)
  write_basic_package_version_file(
    "${folder}/CAFConfigVersion.cmake"
    VERSION ${version}
    COMPATIBILITY SameMajorVersion)
endfunction()

# Configures and sets `seen`; CONFIGURATION is where a package may be.
function(configure configuration version components)
  execute_process(
    COMMAND
      "${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}/find_caf" -B
      "${BUILD}/build" -G "${GENERATOR}" -D "CMAKE_CXX_COMPILER=${COMPILER}" -D
      "MODULES=${modules}" -D "CMAKE_PREFIX_PATH=${configuration}" -D
      "ASKED_VERSION=${version}" -D "ASKED_COMPONENTS=${components}"
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output
    RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "the project does not configure:\n${output}")
  endif()
  set(seen
      "${output}"
      PARENT_SCOPE)
endfunction()

# EXPECT(NAME PATTERN): the line of NAME has to match the whole PATTERN.
function(expect name pattern)
  if(NOT seen MATCHES "-- see ${name}=${pattern}\n")
    message(FATAL_ERROR "${name} is not '${pattern}' in:\n${seen}")
  endif()
endfunction()

function(expect_none name)
  if(seen MATCHES "-- see ${name}=([^\n]*)")
    message(FATAL_ERROR "${name} is there: ${CMAKE_MATCH_1}")
  endif()
endfunction()

if(CASE STREQUAL debians_libraries_are_found_by_name)
  configure("" 0.17.6 "core;io")
  expect(found TRUE)
  expect(version "0\\.17\\.6")
  expect(core "[^|]*/libcaf_core\\.so\\|[^|]+\\|Threads::Threads")
  expect(io "[^|]*/libcaf_io\\.so\\|[^|]+\\|CAF::core")
  expect(openssl "[^|]*/libcaf_openssl\\.so\\|[^|]+\\|CAF::io;OpenSSL::SSL")
elseif(CASE STREQUAL a_component_that_debian_lacks_is_missing)
  configure("" 0.17.6 "core;net")
  expect(found FALSE)
elseif(CASE STREQUAL the_configuration_of_1_0_wins_over_the_libraries)
  write_package(1.0.2 "")
  configure("${package}" 0.17.6 "core;io")
  expect(found TRUE)
  expect(version "1\\.0\\.2")
  set(folder "${package}/include")
  expect(core "${package_library}_core.so\\|${folder}\\|Threads::Threads")
  expect(io "${package_library}_io.so\\|${folder}\\|CAF::core")
  # Debian has this one, but it belongs to the other version.
  expect_none(openssl)
elseif(CASE STREQUAL a_component_that_the_configuration_lacks_is_missing)
  write_package(1.0.2 "")
  configure("${package}" 0.17.6 "core;openssl")
  expect(found FALSE)
  expect_none(openssl)
elseif(CASE STREQUAL an_older_configuration_than_asked_for_is_refused)
  write_package(1.0.2 "")
  configure("${package}" 1.0.3 "core")
  expect(found FALSE)
elseif(CASE STREQUAL a_configuration_that_gives_up_is_not_passed_over)
  write_package(1.0.2 "set(CAF_FOUND FALSE)")
  configure("${package}" 0.17.6 "core")
  expect(found FALSE)
else()
  message(FATAL_ERROR "no such case: ${CASE}")
endif()
