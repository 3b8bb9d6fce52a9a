/// What is told of outcomes: a table to read, a file to compute with, a plot to see.
///
/// Read [Table] first.
@NullMarked
package cadj.bench.report;

import org.jspecify.annotations.NullMarked;
