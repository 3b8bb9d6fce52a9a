/// One file per differentiable operation: shape rule, value, derivative, PyTorch's name.
///
/// Read [Add] for the simplest and [Ops] for the catalogue. An operation is a record that
/// implements [cadj.autograd.graph.Op], with a static factory under its PyTorch name to be imported
/// statically. To add one: its file, its samples in the mirrored test package, its line in the
/// catalogue; a test fails if any is missing. Parameters and modules belong to `cadj.autograd.nn`.
@NullMarked
package cadj.autograd.ops;

import org.jspecify.annotations.NullMarked;
