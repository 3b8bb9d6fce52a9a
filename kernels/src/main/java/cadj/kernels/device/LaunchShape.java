package cadj.kernels.device;

/// Blocks of a grid, threads of a block, and dynamic shared memory of a block in bytes.
public record LaunchShape(
    int gridX, int gridY, int gridZ, int blockX, int blockY, int blockZ, int sharedBytes) {
  private static final int LARGEST_BLOCK = 1024;
  private static final int LARGEST_GRID_YZ = 65_535;

  public LaunchShape {
    boolean fits =
        gridX >= 1
            && gridY >= 1
            && gridZ >= 1
            && gridY <= LARGEST_GRID_YZ
            && gridZ <= LARGEST_GRID_YZ
            && blockX >= 1
            && blockY >= 1
            && blockZ >= 1
            && (long) blockX * blockY * blockZ <= LARGEST_BLOCK
            && sharedBytes >= 0;
    if (!fits) {
      throw new IllegalArgumentException(
          "launch: grid (%d,%d,%d), block (%d,%d,%d), %d bytes shared: no GPU takes that"
              .formatted(gridX, gridY, gridZ, blockX, blockY, blockZ, sharedBytes));
    }
  }

  /// Threads of a block.
  public int threads() {
    return blockX * blockY * blockZ;
  }

  /// Blocks of the grid.
  public long blocks() {
    return (long) gridX * gridY * gridZ;
  }

  @Override
  public String toString() {
    return "grid (%d,%d,%d), block (%d,%d,%d), %d bytes shared"
        .formatted(gridX, gridY, gridZ, blockX, blockY, blockZ, sharedBytes);
  }
}
