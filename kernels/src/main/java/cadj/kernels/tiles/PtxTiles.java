package cadj.kernels.tiles;

import cadj.kernels.device.PtxSource;

/// Macros that rooms' kernels share, for `PtxSource.with`: how a thread finds its part of an array
/// or matrix, and moves four elements at a time.
public final class PtxTiles {
  public static final PtxSource SOURCE = PtxSource.beside(PtxTiles.class, "tiles.ptx");

  private PtxTiles() {}
}
