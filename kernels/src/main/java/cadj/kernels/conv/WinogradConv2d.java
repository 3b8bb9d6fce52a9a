package cadj.kernels.conv;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.gemm.PackedProduct;
import cadj.kernels.vectormath.Axpy;
import org.jspecify.annotations.Nullable;

/// A 3×3 convolution of stride 1 by [Winograd] tiles, forward or backward to the data.
///
/// For each element of a tile the transformed pixels V [tiles, inputs] and weights U [inputs,
/// outputs] make a product of their own. V is computed first, in parallel, as many tiles at a time
/// as [#SLAB] holds, in the layout the register tiles of a product want. Then a task is a panel of
/// output channels: chain of inputs by chain it transforms its weights, which are never stored,
/// multiplies all tiles by them, and at last transforms the products to outputs. Chains are short,
/// so that a chain's U stays in the second cache and sums over inputs are sums of sums.
///
/// Every element adds in the same order, whatever the tasks and slabs.
///
/// @param weights [Co,Ci,3,3]: `mirrored` means that the inputs are Co, and taps run backwards
record WinogradConv2d(
    Winograd winograd,
    WinogradPixels pixels,
    int outputs,
    int outH,
    int outW,
    F32 weights,
    boolean mirrored) {
  private static final int LANES = Winograd.LANES;
  private static final int WIDTH = PackedProduct.WIDTH;
  private static final int PITCH = PackedProduct.PITCH;
  private static final int TAPS = 9;

  /// Elements of V at a time, which every panel reads: 16 MB, about what the third cache has room
  /// for.
  private static final int SLAB = 1 << 22;

  /// Fewest tiles worth a task of their own in a panel: each task transforms the weights anew.
  private static final int MIN_TILES = 32;

  private static final int TASKS_PER_THREAD = 2;

  static WinogradConv2d forward(Winograd winograd, Conv2dShape s, F32 x, F32 weight) {
    WinogradPixels pixels = WinogradPixels.input(winograd, s, x);
    return new WinogradConv2d(winograd, pixels, s.co(), s.ho(), s.wo(), weight, false);
  }

  static WinogradConv2d backwardData(Winograd winograd, Conv2dShape s, F32 dy, F32 weight) {
    WinogradPixels pixels = WinogradPixels.output(winograd, s, dy);
    return new WinogradConv2d(winograd, pixels, s.ci(), s.h(), s.w(), weight, true);
  }

  void run(Cpu cpu, F32 out, Conv2dAddends addends) {
    int tiles = pixels.patches().tiles();
    if (tiles == 0) {
      return;
    }
    int most = Math.min(WinogradScratch.PRODUCTS / winograd.elements(), tiles);
    int fitting = Math.clamp(SLAB / pixels.perTile(), 1, most);
    int slab = Math.ceilDiv(tiles, Math.ceilDiv(tiles, fitting));
    float[] shared = WinogradScratch.SHARED.atLeast(pixels.size(slab));
    for (int first = 0; first < tiles; first += slab) {
      int start = first;
      int count = Math.min(slab, tiles - first);
      pixels.transform(cpu, first, count, shared);
      int panels = Math.ceilDiv(outputs, WIDTH);
      int tasks = TASKS_PER_THREAD * cpu.threads();
      int parts = Math.clamp(Math.ceilDiv(tasks, panels), 1, Math.max(1, count / MIN_TILES));
      cpu.parallel(
          panels * parts,
          task -> {
            int part = task % parts;
            int from = count * part / parts;
            int to = count * (part + 1) / parts;
            panel(task / parts, start, from, to, count, shared, out, addends);
          });
    }
  }

  private int inputs() {
    return pixels.channels();
  }

  /// Outputs of one panel for tiles `from` … `to − 1` of the `count` in V, which begin at tile
  /// `first` of all.
  private void panel(
      int panel,
      int first,
      int from,
      int to,
      int count,
      float[] v,
      F32 out,
      Conv2dAddends addends) {
    WinogradScratch scratch = WinogradScratch.get();
    int elements = winograd.elements();
    int column = panel * WIDTH;
    int width = Math.min(WIDTH, outputs - column);
    int tiles = to - from;
    int chain = pixels.chain();
    int pitch = tiles * WIDTH + WinogradPixels.GAP;
    for (int channel = 0; channel < inputs(); channel += chain) {
      int some = Math.min(chain, inputs() - channel);
      transformWeights(column, width, channel, some, scratch);
      for (int e = 0; e < elements; e++) {
        int at = pixels.at(e, from, channel, count);
        int u = WinogradScratch.FIRST + e * WinogradScratch.U_PITCH;
        multiply(tiles, v, at, u, some, e * pitch, channel > 0, scratch);
      }
    }
    for (int tile = 0; tile < tiles; tile++) {
      for (int half = 0; half < WIDTH; half += LANES) {
        winograd.outputTile(
            scratch.products(),
            tile * WIDTH + half,
            pitch,
            scratch.tile(),
            half,
            WIDTH,
            scratch.lines());
      }
      scatter(first + from + tile, column, width, scratch.tile(), out, addends);
    }
  }

  /// Adds to the products of one element those of a chain of inputs, tile by register tile.
  private static void multiply(
      int tiles,
      float[] v,
      int at,
      int u,
      int terms,
      int to,
      boolean add,
      WinogradScratch scratch) {
    int parts = Math.ceilDiv(tiles, PackedProduct.MAX_HEIGHT);
    for (int part = 0; part < parts; part++) {
      int tile = tiles * part / parts;
      PackedProduct.tile(
          tiles * (part + 1) / parts - tile,
          v,
          at + tile * PITCH,
          scratch.u(),
          u,
          terms,
          scratch.products(),
          to + tile * WIDTH,
          WIDTH,
          add);
    }
  }

  /// U of `count` inputs from `channel` on and the panel's outputs: [element][input][WIDTH].
  private void transformWeights(
      int column, int width, int channel, int count, WinogradScratch scratch) {
    int tap = mirrored ? -WIDTH : WIDTH;
    int first = WinogradScratch.FIRST + (mirrored ? (TAPS - 1) * WIDTH : 0);
    gatherTaps(column, width, channel, count, scratch.taps());
    for (int half = 0; half < WIDTH; half += LANES) {
      winograd.weights(
          scratch.taps(),
          first + half,
          tap,
          TAPS * WIDTH,
          scratch.u(),
          WinogradScratch.FIRST + half,
          WinogradScratch.U_PITCH,
          WIDTH,
          count);
    }
  }

  /// Weights as [input][tap][WIDTH]; beyond `width` they are what was there, and nobody reads what
  /// comes of them.
  private void gatherTaps(int column, int width, int channel, int count, float[] taps) {
    int to = WinogradScratch.FIRST;
    if (mirrored) {
      int from = weights.offset() + (channel * outputs + column) * TAPS;
      PanelTaps.ofColumns(weights.array(), from, outputs * TAPS, width, count, TAPS, taps, to);
    } else {
      int from = weights.offset() + (column * inputs() + channel) * TAPS;
      PanelTaps.ofRows(weights.array(), from, inputs() * TAPS, width, count, TAPS, taps, to);
    }
  }

  private void scatter(
      int tile, int column, int width, float[] from, F32 out, Conv2dAddends addends) {
    int size = winograd.outputs();
    int tilesH = pixels.patches().tilesH();
    int tilesW = pixels.patches().tilesW();
    int left = tile % tilesW * size;
    int top = tile / tilesW % tilesH * size;
    int picture = tile / (tilesW * tilesH);
    for (int i = 0; i < Math.min(size, outH - top); i++) {
      for (int j = 0; j < Math.min(size, outW - left); j++) {
        int pixel = (picture * outH + top + i) * outW + left + j;
        int to = pixel * outputs + column;
        System.arraycopy(from, (i * size + j) * WIDTH, out.array(), out.offset() + to, width);
        add(out, to, addends.bias(), column, width);
        add(out, to, addends.perImage(), picture * outputs + column, width);
        add(out, to, addends.residual(), to, width);
      }
    }
  }

  private static void add(F32 out, int to, @Nullable Buffer addend, int at, int n) {
    if (addend != null) {
      F32 x = F32.of(addend);
      Axpy.run(out.array(), out.offset() + to, 1, x.array(), x.offset() + at, n);
    }
  }
}
