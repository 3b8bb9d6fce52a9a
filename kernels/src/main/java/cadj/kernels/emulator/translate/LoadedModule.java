package cadj.kernels.emulator.translate;

import cadj.kernels.emulator.run.BasicBlock;
import cadj.kernels.emulator.run.DeviceMemory;
import cadj.kernels.emulator.run.KernelCode;
import cadj.kernels.emulator.run.RawMemory;
import cadj.kernels.emulator.run.Slots;
import cadj.kernels.emulator.run.TranslatedKernel;
import cadj.kernels.emulator.run.Window;
import cadj.kernels.ptx.PtxKernel;
import cadj.kernels.ptx.PtxModule;
import cadj.kernels.ptx.PtxVariable;
import cadj.kernels.ptx.PtxVariable.Space;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A module whose variables have their places in memory, and whose kernels are compiled when first
/// asked for.
public final class LoadedModule {
  private static final int ALIGNMENT = 256;

  private final PtxModule ptx;
  private final boolean checksRegisters;
  private final boolean counts;
  private final int seed;
  private final Map<String, TranslatedKernel> kernels = new HashMap<>();
  private final long globals;
  private final MemorySegment constants;

  /// @param arena of constant memory
  /// @param seed of the errors that hardware may make
  public LoadedModule(
      PtxModule ptx,
      DeviceMemory memory,
      Arena arena,
      boolean checksRegisters,
      boolean counts,
      int seed) {
    this.ptx = ptx;
    this.checksRegisters = checksRegisters;
    this.counts = counts;
    this.seed = seed;
    constants = arena.allocate(Math.max(1, bytes(Space.CONST)), ALIGNMENT);
    int globalBytes = bytes(Space.GLOBAL);
    globals = globalBytes == 0 ? 0 : memory.allocate(globalBytes);
    if (globalBytes > 0) {
      memory
          .require(ptx.source().name(), globals, globalBytes)
          .markInitialised(globals, globalBytes);
    }
    for (PtxVariable variable : ptx.variables()) {
      if (variable.space() == Space.CONST) {
        initialise(variable, constants.address());
      } else if (variable.space() == Space.GLOBAL) {
        initialise(variable, globals);
      }
    }
  }

  private int bytes(Space space) {
    return ptx.variables().stream()
        .filter(it -> it.space() == space)
        .mapToInt(it -> it.offset() + it.bytes())
        .max()
        .orElse(0);
  }

  /// CUDA's variables without an initialiser begin as zeros.
  private void initialise(PtxVariable variable, long base) {
    MemorySegment place = RawMemory.ALL.asSlice(base + variable.offset(), variable.bytes());
    place.fill((byte) 0);
    place.copyFrom(MemorySegment.ofArray(variable.initial()));
    for (PtxVariable.Reference it : variable.references()) {
      long address = address(it);
      if (variable.type().bytes() == Long.BYTES) {
        place.set(ValueLayout.JAVA_LONG_UNALIGNED, it.at(), address);
      } else {
        place.set(ValueLayout.JAVA_INT_UNALIGNED, it.at(), (int) address);
      }
    }
  }

  private long address(PtxVariable.Reference reference) {
    for (PtxVariable it : ptx.variables()) {
      if (it.name().equals(reference.symbol())) {
        long base = it.space() == Space.GLOBAL ? globals : 0;
        long window = reference.generic() ? Window.of(it.space()) : 0;
        return window + base + it.offset() + reference.plus();
      }
    }
    return Symbols.function(ptx, reference.symbol()).address() + reference.plus();
  }

  public TranslatedKernel kernel(String name) {
    return kernels.computeIfAbsent(name, this::compile);
  }

  private TranslatedKernel compile(String name) {
    PtxKernel kernel = ptx.kernels().get(name);
    if (kernel == null) {
      throw new IllegalArgumentException(
          "%s: no kernel %s, there are %s"
              .formatted(ptx.source().name(), name, ptx.kernels().keySet()));
    }
    Symbols symbols = new Symbols(ptx, kernel, globals);
    Translation translation =
        new Translation(ptx.source(), kernel, symbols, checksRegisters, counts, seed);
    Slots slots = translation.slots();
    List<BasicBlock> blocks = ControlFlow.blocks(translation);
    KernelCode code = KernelCompiler.compile(translation, blocks);
    return new TranslatedKernel(
        ptx.source(),
        kernel,
        code,
        blocks,
        slots,
        checksRegisters,
        translation.mayWait(),
        translation.accesses(),
        constants.address(),
        bytes(Space.CONST),
        symbols.shared(),
        symbols.local(),
        symbols.arguments());
  }
}
