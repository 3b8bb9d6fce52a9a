/// The recorded layers of PyTorch and diffusers, for the tests of this module and of the models.
///
/// Read [LayerCase] first. Test code only; how golden files are found and compared is in
/// `cadj.tensor.golden`.
@NullMarked
package cadj.autograd.golden;

import org.jspecify.annotations.NullMarked;
