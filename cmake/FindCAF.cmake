# Finds the C++ Actor Framework and defines CAF::core, CAF::io, CAF::openssl.
#
# CAF 1.x brings its own package configuration, which is used when it is
# there, with whatever targets it defines. Debian's 0.17.6 ships headers and
# libraries only, so these are looked for by name. Result variables: CAF_FOUND,
# CAF_VERSION and CAF_<component>_FOUND of the components asked for.

include(FindPackageHandleStandardArgs)
find_package(Threads REQUIRED)
# CAF's own configuration names OpenSSL::SSL without looking for it.
find_package(OpenSSL QUIET)

# The version asked for would be handed on, and the configuration of 1.x refuses
# every other major version; so it is compared below instead.
set(_caf_asked_version "${CAF_FIND_VERSION_COMPLETE}")
unset(CAF_FIND_VERSION_COMPLETE)
find_package(CAF CONFIG QUIET)
set(CAF_FIND_VERSION_COMPLETE "${_caf_asked_version}")
if(CAF_DIR)
  # One that was found and gave up is an error too: the libraries that lie
  # beside it, looked for by name, would be of another version than they seem.
  set(_caf_reason "${CAF_NOT_FOUND_MESSAGE}")
  set(CAF_CONFIG "${CAF_DIR}/CAFConfig.cmake")
  if(NOT CAF_FOUND)
    set(CAF_CONFIG CAF_CONFIG-NOTFOUND)
  endif()
  # The configuration does not look at the components asked for.
  foreach(_component IN LISTS CAF_FIND_COMPONENTS)
    if(TARGET CAF::${_component})
      set(CAF_${_component}_FOUND TRUE)
    endif()
  endforeach()
  find_package_handle_standard_args(
    CAF CONFIG_MODE HANDLE_COMPONENTS
    REASON_FAILURE_MESSAGE "${_caf_reason}")
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
