package cadj.kernels.emulator;

import cadj.kernels.device.PtxSource;
import cadj.kernels.ptx.PtxKernel;
import java.util.List;

/// A kernel ready to run.
///
/// @param blocks of its body, in order
/// @param accesses to memory that it makes
/// @param constantsAt address of its module's `.const` variables
/// @param staticShared bytes of shared memory that it declares
/// @param localBytes per thread
/// @param argumentBytes of its parameters
record CompiledKernel(
    PtxSource source,
    PtxKernel ptx,
    KernelCode code,
    List<BasicBlock> blocks,
    Slots slots,
    Constants constants,
    Specials specials,
    List<Access> accesses,
    long constantsAt,
    int constantBytes,
    int staticShared,
    int localBytes,
    int argumentBytes) {
  /// `file:line, kernel: text of the instruction`
  String place(int at) {
    int line = ptx.body().get(at).line();
    String text = source.text().lines().skip(line - 1L).findFirst().orElse("").strip();
    return "%s, %s: %s".formatted(source.place(line), ptx.name(), text);
  }
}
