/// Tensors in files that `torch.save` wrote: `.pt`, `.pth`, `.bin`, `.ckpt`.
///
/// Such a file is a pickle, a program for a small stack machine, and the bytes of storages, which
/// the pickle names. [Pickle] runs the program on values of its own ([PickleValue]) and knows only
/// the globals of [Globals], so nothing in a file can be executed. Read [TorchFile] first, then
/// [TorchZip] and [TorchLegacy] (the two containers), [Pickle], and [StateDict] (from nested
/// dictionaries to names).
///
/// May import `cadj.kernels`, `cadj.tensor`, and of its rooms `checkpoint`, `file` and `memory`.
@NullMarked
package cadj.tensor.torch;

import org.jspecify.annotations.NullMarked;
