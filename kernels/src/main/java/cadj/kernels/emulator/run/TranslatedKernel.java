package cadj.kernels.emulator.run;

import cadj.kernels.device.PtxSource;
import cadj.kernels.ptx.PtxKernel;
import java.util.List;

/// A kernel as bytecode, with what a launch must know of it.
///
/// @param blocks of its body, in order
/// @param checksRegisters whether `code` looks out for registers that are read before written
/// @param mayWait whether threads may wait for what others write, so that warps must take turns
/// @param accesses to memory that it makes
/// @param constantsAt address of its module's `.const` variables
/// @param staticShared bytes of shared memory that it declares
/// @param localBytes per thread
/// @param argumentBytes of its parameters
public record TranslatedKernel(
    PtxSource source,
    PtxKernel ptx,
    KernelCode code,
    List<BasicBlock> blocks,
    Slots slots,
    boolean checksRegisters,
    boolean mayWait,
    List<Access> accesses,
    long constantsAt,
    int constantBytes,
    int staticShared,
    int localBytes,
    int argumentBytes) {
  /// Shared memory beside that of the kernel, where it asks for its place.
  static final int RESERVED_BYTES = 1024;

  int reservedBytes() {
    boolean used =
        slots.specials().keySet().stream()
            .anyMatch(it -> SpecialRegisterValues.isOfReserved(it.name()));
    return used ? RESERVED_BYTES : 0;
  }

  /// Whether blocks wait for each other (cooperative groups' grid): all must run at once.
  public boolean isCooperative() {
    return slots.specials().keySet().stream()
        .anyMatch(it -> SpecialRegisterValues.isOfGrid(it.name()));
  }

  /// `file:line, kernel: text of the instruction`
  public String place(int at) {
    int line = ptx.body().get(at).line();
    String text = source.text().lines().skip(line - 1L).findFirst().orElse("");
    return "%s, %s: %s"
        .formatted(source.place(line), ptx.name(), text.strip().replaceAll("\\s+", " "));
  }
}
