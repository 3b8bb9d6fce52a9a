package cadj.kernels.conv;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.gemm.PackedProduct;

/// The transformed pixels V = Bᵀ d B of a convolution's tiles, as the left operand of products.
///
/// An array holds those of `count` tiles: [row][element][tile][[PackedProduct#PITCH]]. So for each
/// element the channels of a tile lie side by side, and where they are more than fit the pitch, the
/// rest is in further rows.
///
/// @param patches the pixels under each tile
record WinogradPixels(Winograd winograd, Patches patches) {
  /// Most channels in a [#chain].
  static final int CHAIN = 80;

  /// Between the elements of a tile, so that they do not fall into the same set of a cache.
  static final int GAP = 16;

  private static final int LANES = Winograd.LANES;
  private static final int PITCH = PackedProduct.PITCH;

  /// Most tiles in a task, for each 320 of their channels.
  private static final int GRAIN = 16;

  /// The input, as tiles of outputs see it.
  static WinogradPixels input(Winograd winograd, Conv2dShape s, F32 x) {
    int m = winograd.outputs();
    int tilesH = Math.ceilDiv(s.ho(), m);
    int tilesW = Math.ceilDiv(s.wo(), m);
    return new WinogradPixels(
        winograd,
        new Patches(
            x,
            s.n(),
            s.h(),
            s.w(),
            s.ci(),
            tilesH,
            tilesW,
            m,
            winograd.span(),
            s.padTop(),
            s.padLeft()));
  }

  /// The output, as tiles of inputs see it.
  static WinogradPixels output(Winograd winograd, Conv2dShape s, F32 dy) {
    int m = winograd.outputs();
    int tilesH = Math.ceilDiv(s.h(), m);
    int tilesW = Math.ceilDiv(s.w(), m);
    return new WinogradPixels(
        winograd,
        new Patches(
            dy,
            s.n(),
            s.ho(),
            s.wo(),
            s.co(),
            tilesH,
            tilesW,
            m,
            winograd.span(),
            2 - s.padTop(),
            2 - s.padLeft()));
  }

  int channels() {
    return patches.channels();
  }

  /// Channels that are worked on at a time: even parts, whole vectors.
  int chain() {
    int even = Math.ceilDiv(channels(), Math.ceilDiv(channels(), CHAIN));
    return Math.ceilDiv(even, LANES) * LANES;
  }

  /// Elements of the array for each tile.
  int perTile() {
    return rows() * PITCH;
  }

  /// Elements of the array for `count` tiles.
  int size(int count) {
    return rows() * pitch(count);
  }

  /// Where a tile's channels from `channel` on begin; those of a [#chain] lie side by side.
  int at(int element, int tile, int channel, int count) {
    int row = channel / rowChannels() * winograd.elements() + element;
    return row * pitch(count) + tile * PITCH + channel % rowChannels();
  }

  /// V of the `count` tiles from `first` on.
  void transform(Cpu cpu, int first, int count, float[] v) {
    cpu.parallelRange(
        count,
        cpu.grain(count, 1, Math.ceilDiv(GRAIN, blocks())),
        (from, to) -> {
          for (int tile = from; tile < to; tile++) {
            transform(first + tile, v, tile, count);
          }
        });
  }

  private void transform(int tile, float[] v, int place, int count) {
    WinogradScratch scratch = WinogradScratch.get();
    int chain = chain();
    int pitch = pitch(count);
    for (int channel = 0; channel < channels(); channel += chain) {
      int some = Math.min(chain, channels() - channel);
      patches.gather(tile, channel, some, chain, scratch.tile());
      int to = at(0, place, channel, count);
      for (int c = 0; c < some; c += LANES) {
        winograd.inputTile(scratch.tile(), c, chain, v, to + c, pitch, scratch.lines());
      }
    }
  }

  private static int pitch(int count) {
    return count * PITCH + GAP;
  }

  /// Channels of a row, a multiple of [#chain].
  private int rowChannels() {
    return PackedProduct.MAX_DEPTH / chain() * chain();
  }

  private int blocks() {
    return Math.ceilDiv(channels(), rowChannels());
  }

  private int rows() {
    return winograd.elements() * blocks();
  }
}
