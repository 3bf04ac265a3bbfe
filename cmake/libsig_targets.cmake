# How targets of this project are made: one function per kind, so that flags,
# include root and source discovery stand in one place.

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

# Flags of every target of the project. They are private to the build and never
# reach a project that links the installed library.
add_library(libsig_flags INTERFACE)
target_compile_features(libsig_flags INTERFACE cxx_std_20)
target_compile_options(
  libsig_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
                         -Wswitch-enum)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION
                                            VERSION_LESS 13)
  # GCC 12 sees overlaps in string concatenation that are not there (its bug
  # 105651, mended in 13).
  target_compile_options(libsig_flags INTERFACE -Wno-restrict)
endif()
if(LIBSIG_WARNINGS_AS_ERRORS)
  target_compile_options(libsig_flags INTERFACE -Werror)
endif()
if(LIBSIG_SANITIZERS)
  target_compile_options(
    libsig_flags INTERFACE -fsanitize=${LIBSIG_SANITIZERS}
                           -fno-omit-frame-pointer)
  target_link_options(libsig_flags INTERFACE -fsanitize=${LIBSIG_SANITIZERS})
  if(LIBSIG_SANITIZERS MATCHES "undefined")
    target_compile_options(libsig_flags INTERFACE -fno-sanitize-recover=all)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # With a sanitizer's checks in between GCC 12 loses track of what is set.
    target_compile_options(libsig_flags INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()
if(LIBSIG_FUZZ)
  # The fuzzer steers by the coverage of the code under test, so that the whole
  # library counts it; programs other than the fuzzer's pass over the counts.
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang" OR NOT LIBSIG_SANITIZERS)
    message(FATAL_ERROR "LIBSIG_FUZZ needs clang++ and sanitizers (use the "
                        "preset check)")
  endif()
  target_compile_options(libsig_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
set(CMAKE_CXX_EXTENSIONS OFF)

# libsig_module(NAME [DEPENDS ...] [PRIVATE ...])
#
# A folder of the library as a static library libsig_NAME of all its sources.
# DEPENDS are the modules whose headers its own headers include; PRIVATE are
# used by its sources alone.
function(libsig_module name)
  cmake_parse_arguments(arg "" "" "DEPENDS;PRIVATE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cpp)
  if(NOT sources)
    add_library(libsig_${name} INTERFACE)
    target_include_directories(libsig_${name} INTERFACE ${PROJECT_SOURCE_DIR})
    target_link_libraries(libsig_${name} INTERFACE ${arg_DEPENDS}
                                                   ${arg_PRIVATE})
    return()
  endif()
  add_library(libsig_${name} STATIC ${sources})
  target_include_directories(libsig_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(
    libsig_${name}
    PUBLIC ${arg_DEPENDS}
    PRIVATE libsig_flags ${arg_PRIVATE})
endfunction()

# libsig_uses_caf(TARGET)
#
# For targets whose sources include CAF: its headers bind references to empty
# tuples, which the sanitizer of undefined behaviour takes for null.
function(libsig_uses_caf target)
  if(LIBSIG_SANITIZERS MATCHES "undefined")
    target_compile_options(${target} PRIVATE -fno-sanitize=null)
  endif()
endfunction()

# libsig_program(NAME SOURCES ... LINK ...)
#
# Programs, but no library, bring the allocator mimalloc: signals are made by
# one thread and freed by another, where the C library's is slow (ADR 6). The
# sanitizers have one of their own.
function(libsig_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE libsig_flags ${arg_LINK})
  if(LIBSIG_MIMALLOC AND NOT LIBSIG_SANITIZERS)
    # No symbol of it is named, so that the linker would leave it out.
    target_link_libraries(
      ${name} PRIVATE -Wl,--push-state,--no-as-needed mimalloc
                      -Wl,--pop-state)
  endif()
endfunction()

# libsig_test_suite(NAME LINK ... [TIMEOUT seconds] [LABEL label])
#
# One Boost.Test program of every *.test.cpp below the folder; ctest runs (and
# counts) each of its cases by itself.
function(libsig_test_suite name)
  cmake_parse_arguments(arg "" "TIMEOUT;LABEL" "LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.test.cpp)
  if(NOT sources)
    return()
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 240)
  endif()
  if(NOT arg_LABEL)
    set(arg_LABEL unit)
  endif()
  set(target test_${name})
  add_executable(${target} ${sources}
                           ${PROJECT_SOURCE_DIR}/tests/support/main.cpp)
  target_link_libraries(
    ${target} PRIVATE libsig_flags libsig_test_support ${arg_LINK}
                      Boost::unit_test_framework)
  # What is tested is as it ships; the tests themselves need not be fast, and
  # take a third less time to compile.
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
  set(listing "${CMAKE_CURRENT_BINARY_DIR}/${target}_cases.cmake")
  add_custom_command(
    TARGET ${target}
    POST_BUILD
    COMMAND
      ${CMAKE_COMMAND} -D "PROGRAM=$<TARGET_FILE:${target}>" -D
      "PREFIX=${name}" -D "OUTPUT=${listing}" -D "TIMEOUT=${arg_TIMEOUT}" -D
      "LABEL=${arg_LABEL}" -P
      "${PROJECT_SOURCE_DIR}/cmake/list_test_cases.cmake"
    VERBATIM)
  # A program that is not built yet has no list; ctest then names it as missing.
  set(include_file "${CMAKE_CURRENT_BINARY_DIR}/${target}_include.cmake")
  file(
    WRITE "${include_file}"
    "if(EXISTS [==[${listing}]==])\n  include([==[${listing}]==])\n"
    "else()\n  add_test([==[${name}/not_built]==] [==[${target}]==])\nendif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${include_file}")
endfunction()
