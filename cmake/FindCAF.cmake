# Finds the C++ Actor Framework and defines CAF::core, CAF::io, CAF::openssl.
#
# CAF 1.x brings its own package configuration, which is used when it is
# there. Debian's 0.17.6 ships headers and libraries only, so these are looked
# for by name. Result variables: CAF_FOUND, CAF_VERSION.

find_package(Threads REQUIRED)
# CAF's own configuration names OpenSSL::SSL without looking for it.
find_package(OpenSSL QUIET)

find_package(CAF CONFIG QUIET)
if(CAF_FOUND)
  if(NOT CAF_FIND_QUIETLY)
    message(STATUS "Found CAF ${CAF_VERSION} (own configuration)")
  endif()
  return()
endif()

find_path(CAF_INCLUDE_DIR NAMES caf/all.hpp)
set(_caf_required CAF_INCLUDE_DIR)
foreach(_component core io openssl)
  find_library(CAF_${_component}_LIBRARY NAMES caf_${_component})
endforeach()
set(_caf_components ${CAF_FIND_COMPONENTS})
if(NOT _caf_components)
  set(_caf_components core)
endif()
foreach(_component IN LISTS _caf_components)
  list(APPEND _caf_required CAF_${_component}_LIBRARY)
endforeach()

if(CAF_INCLUDE_DIR AND EXISTS "${CAF_INCLUDE_DIR}/caf/config.hpp")
  file(STRINGS "${CAF_INCLUDE_DIR}/caf/config.hpp" _caf_version_line
       REGEX "#define CAF_VERSION [0-9]+")
  string(REGEX REPLACE ".*CAF_VERSION ([0-9]+).*" "\\1" _caf_number
                       "${_caf_version_line}")
  math(EXPR _caf_major "${_caf_number} / 10000")
  math(EXPR _caf_minor "(${_caf_number} / 100) % 100")
  math(EXPR _caf_patch "${_caf_number} % 100")
  set(CAF_VERSION "${_caf_major}.${_caf_minor}.${_caf_patch}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  CAF
  REQUIRED_VARS ${_caf_required}
  VERSION_VAR CAF_VERSION)

if(CAF_FOUND)
  foreach(_component core io openssl)
    if(CAF_${_component}_LIBRARY AND NOT TARGET CAF::${_component})
      add_library(CAF::${_component} UNKNOWN IMPORTED)
      set_target_properties(
        CAF::${_component}
        PROPERTIES IMPORTED_LOCATION "${CAF_${_component}_LIBRARY}"
                   INTERFACE_INCLUDE_DIRECTORIES "${CAF_INCLUDE_DIR}")
    endif()
  endforeach()
  set_property(TARGET CAF::core PROPERTY INTERFACE_LINK_LIBRARIES
                                         Threads::Threads)
  if(TARGET CAF::io)
    set_property(TARGET CAF::io PROPERTY INTERFACE_LINK_LIBRARIES CAF::core)
  endif()
  if(TARGET CAF::openssl)
    set_property(TARGET CAF::openssl PROPERTY INTERFACE_LINK_LIBRARIES CAF::io
                                              OpenSSL::SSL)
  endif()
endif()
mark_as_advanced(CAF_INCLUDE_DIR CAF_core_LIBRARY CAF_io_LIBRARY
                 CAF_openssl_LIBRARY)
