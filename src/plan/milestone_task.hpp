#pragma once

#include "milepost/plan/plan.hpp"

#include "task_outline.hpp"

namespace milepost::parsing {

/// Where a task of a Markdown plan stands: its heading's line and the last line that belongs to it.
struct TaskPlace {
  TaskHeading heading;
  std::uint32_t first = 0;
  std::uint32_t body = 0;  ///< the first line behind the heading
  std::uint32_t last = 0;
};

/// The task with everything but its dependencies.
Task read_task(const SourceText& source, const FenceReading& fences, const TaskPlace& place,
               std::vector<Diagnostic>& diagnostics);

/// What "Depends on:" of a task says: the ids it names and where.
struct WrittenDependencies {
  std::vector<std::string> ids;
  Span at;
};
WrittenDependencies written_dependencies(const SourceText& source, const FenceReading& fences,
                                         const TaskPlace& place);

}  // namespace milepost::parsing
