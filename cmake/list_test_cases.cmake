# Writes one add_test per case of a Boost.Test PROGRAM into OUTPUT, which ctest
# reads: so ctest counts, names, times and filters single cases.

cmake_minimum_required(VERSION 3.25)

execute_process(
  COMMAND "${PROGRAM}" --list_content=HRF
  ERROR_VARIABLE listing
  OUTPUT_VARIABLE listing_out
  RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} does not list its cases: ${listing}")
endif()
string(APPEND listing "${listing_out}")
string(REPLACE "\n" ";" lines "${listing}")

set(content "")
# A line is indented by four spaces per level; a unit followed by a deeper line
# is a suite, every other one a case.
set(depths "")
set(units "")
foreach(line IN LISTS lines)
  if(line MATCHES "^( *)([A-Za-z_][A-Za-z0-9_]*)\\*?")
    string(LENGTH "${CMAKE_MATCH_1}" depth)
    list(APPEND depths ${depth})
    list(APPEND units ${CMAKE_MATCH_2})
  endif()
endforeach()
list(LENGTH units count)
set(index 0)
while(index LESS count)
  list(GET depths ${index} depth)
  list(GET units ${index} unit)
  math(EXPR level "${depth} / 4")
  set(path_${level} "${unit}")
  math(EXPR next "${index} + 1")
  set(deeper FALSE)
  if(next LESS count)
    list(GET depths ${next} next_depth)
    if(next_depth GREATER depth)
      set(deeper TRUE)
    endif()
  endif()
  if(NOT deeper)
    set(path "")
    foreach(part RANGE 0 ${level})
      string(APPEND path "/${path_${part}}")
    endforeach()
    string(SUBSTRING "${path}" 1 -1 path)
    string(APPEND content
           "add_test([==[${PREFIX}/${path}]==] \"${PROGRAM}\" "
           "\"--run_test=${path}\" --log_level=warning --color_output=no)\n"
           "set_tests_properties([==[${PREFIX}/${path}]==] PROPERTIES "
           "TIMEOUT ${TIMEOUT} LABELS ${LABEL})\n")
  endif()
  set(index ${next})
endwhile()
file(WRITE "${OUTPUT}" "${content}")
