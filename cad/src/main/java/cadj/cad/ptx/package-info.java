/// Kernels of somebody's own on the command line: arguments as text, results as text and tensors.
///
/// Read `ArgumentText` first. Imports [cadj.kernels.ptxfile] and safetensors files; knows nothing
/// of models or attribution.
@NullMarked
package cadj.cad.ptx;

import org.jspecify.annotations.NullMarked;
