package cadj.kernels.compiler;

import java.util.Locale;

/// Generations of NVIDIA GPUs and what one multiprocessor of each holds: CUDA C++ Programming
/// Guide, "Technical Specifications per Compute Capability", and the granularities of CUDA's
/// `cuda_occupancy.h`. All have 65,536 registers.
public enum Architecture {
  SM_70("V100", 64, 32, 96, 96),
  SM_75("T4, RTX 20", 32, 16, 64, 64),
  SM_80("A100", 64, 32, 164, 163),
  SM_86("A10, RTX 30", 48, 16, 100, 99),
  SM_89("L4, RTX 40", 48, 24, 100, 99),
  SM_90("H100", 64, 32, 228, 227),
  SM_100("B200", 64, 32, 228, 227),
  SM_120("RTX 50", 48, 24, 100, 99);

  /// Of a multiprocessor; a quarter belongs to each of its four schedulers.
  static final int REGISTERS = 1 << 16;

  private final String cards;
  private final int warps;
  private final int blocks;
  private final int sharedBytes;
  private final int sharedBytesPerBlock;

  Architecture(String cards, int warps, int blocks, int sharedKib, int sharedKibPerBlock) {
    this.cards = cards;
    this.warps = warps;
    this.blocks = blocks;
    this.sharedBytes = sharedKib << 10;
    this.sharedBytesPerBlock = sharedKibPerBlock << 10;
  }

  /// 80 for [#SM_80].
  public int capability() {
    return Integer.parseInt(name().substring("SM_".length()));
  }

  /// As compilers take it, such as `sm_80`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Some cards of this generation.
  public String cards() {
    return cards;
  }

  /// Warps that a multiprocessor holds.
  public int warps() {
    return warps;
  }

  /// Blocks that a multiprocessor holds.
  public int blocks() {
    return blocks;
  }

  /// Shared memory of a multiprocessor.
  public int sharedBytes() {
    return sharedBytes;
  }

  /// Most that one block may have of it.
  public int sharedBytesPerBlock() {
    return sharedBytesPerBlock;
  }

  /// Shared memory that the system takes of each block.
  int reservedBytesPerBlock() {
    return capability() >= 80 ? 1024 : 0;
  }

  /// Shared memory is given out in multiples of this.
  int sharedUnit() {
    return capability() >= 80 ? 128 : 256;
  }
}
