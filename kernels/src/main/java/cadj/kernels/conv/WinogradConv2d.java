package cadj.kernels.conv;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.gemm.PackedProduct;
import cadj.kernels.transpose.Transpose;
import java.util.Arrays;
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
/// @param image channels last, [n, h, w, inputs]; transformed pixels begin at row −top, column
///   −left
/// @param weights [Co,Ci,3,3]: `mirrored` means that the inputs are Co, and taps run backwards
record WinogradConv2d(
    Winograd winograd,
    int n,
    int inputs,
    int h,
    int w,
    int outputs,
    int outH,
    int outW,
    int top,
    int left,
    F32 image,
    F32 weights,
    boolean mirrored) {
  private static final int LANES = Winograd.LANES;
  private static final int WIDTH = PackedProduct.WIDTH;
  private static final int PITCH = PackedProduct.PITCH;
  private static final int TAPS = 9;
  private static final int MAX_ELEMENTS = 36;

  /// Between the elements of a tile, so that they do not fall into the same set of a cache.
  private static final int GAP = 16;

  /// Most inputs in a chain of additions. Sums of sums this short halve the error.
  private static final int CHAIN = 80;

  /// Distance of the elements of U.
  private static final int U_PITCH = CHAIN * WIDTH + GAP;

  /// Elements of V at a time: 32 MB.
  private static final int SLAB = 1 << 23;

  /// Rows of products at a time: with 16 lanes a panel of them fills half the second cache.
  private static final int PRODUCTS = 128 * MAX_ELEMENTS;

  /// Tiles in a transforming task, for each 320 of their inputs.
  private static final int GRAIN = 16;

  /// Fewest tiles worth a task of their own in a panel: each task transforms the weights anew.
  private static final int MIN_TILES = 32;

  private static final int TASKS_PER_THREAD = 2;

  private static final ThreadLocal<float[]> V = ThreadLocal.withInitial(() -> new float[0]);
  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  /// What a thread needs for itself.
  ///
  /// @param taps weights of a chain, tap by tap
  private record Scratch(float[] u, float[] products, float[] taps, float[] tile, float[] lines) {
    Scratch() {
      this(
          new float[MAX_ELEMENTS * U_PITCH],
          new float[PRODUCTS * WIDTH + MAX_ELEMENTS * GAP],
          new float[TAPS * CHAIN * WIDTH],
          new float[MAX_ELEMENTS * Math.max(CHAIN, WIDTH)],
          new float[Winograd.SCRATCH]);
    }
  }

  static WinogradConv2d forward(Winograd winograd, Conv2dShape s, F32 x, F32 weight) {
    return new WinogradConv2d(
        winograd,
        s.n(),
        s.ci(),
        s.h(),
        s.w(),
        s.co(),
        s.ho(),
        s.wo(),
        s.padTop(),
        s.padLeft(),
        x,
        weight,
        false);
  }

  static WinogradConv2d backwardData(Winograd winograd, Conv2dShape s, F32 dy, F32 weight) {
    return new WinogradConv2d(
        winograd,
        s.n(),
        s.co(),
        s.ho(),
        s.wo(),
        s.ci(),
        s.h(),
        s.w(),
        2 - s.padTop(),
        2 - s.padLeft(),
        dy,
        weight,
        true);
  }

  void run(Cpu cpu, F32 out, @Nullable F32 bias) {
    int tiles = n * tilesH() * tilesW();
    int rows = winograd.elements() * blocks();
    int most = Math.min(PRODUCTS / winograd.elements(), Math.max(1, tiles));
    int slab = Math.clamp(SLAB / (rows * PITCH), 1, most);
    int size = rows * (slab * PITCH + GAP);
    float[] v = V.get();
    if (v.length < size) {
      v = new float[size];
      V.set(v);
    }
    float[] shared = v;
    for (int first = 0; first < tiles; first += slab) {
      int start = first;
      int count = Math.min(slab, tiles - first);
      cpu.parallelRange(
          count,
          Math.ceilDiv(GRAIN, blocks()),
          (from, to) -> {
            for (int tile = from; tile < to; tile++) {
              transformPixels(start + tile, shared, tile * PITCH, count * PITCH + GAP);
            }
          });
      int panels = Math.ceilDiv(outputs, WIDTH);
      int tasks = TASKS_PER_THREAD * cpu.threads();
      int parts = Math.clamp(Math.ceilDiv(tasks, panels), 1, Math.max(1, count / MIN_TILES));
      cpu.parallel(
          panels * parts,
          task -> {
            int part = task % parts;
            int from = count * part / parts;
            int to = count * (part + 1) / parts;
            panel(task / parts, start, from, to, count, shared, out, bias);
          });
    }
  }

  private int tilesH() {
    return Math.ceilDiv(outH, winograd.outputs());
  }

  private int tilesW() {
    return Math.ceilDiv(outW, winograd.outputs());
  }

  /// Inputs of a row of V, a multiple of [#chain].
  private int rowInputs() {
    return PackedProduct.MAX_DEPTH / chain() * chain();
  }

  /// Rows of V that hold all inputs of one tile.
  private int blocks() {
    return Math.ceilDiv(inputs, rowInputs());
  }

  /// Inputs of a chain: even parts, whole vectors.
  private int chain() {
    int even = Math.ceilDiv(inputs, Math.ceilDiv(inputs, CHAIN));
    return Math.ceilDiv(even, LANES) * LANES;
  }

  /// V of one tile: element e of row r lies at `at + (r·elements + e)·pitch`.
  private void transformPixels(int tile, float[] v, int at, int pitch) {
    int size = winograd.outputs();
    int column = tile % tilesW() * size - left;
    int row = tile / tilesW() % tilesH() * size - top;
    int picture = tile / (tilesW() * tilesH());
    Scratch scratch = SCRATCH.get();
    int chain = chain();
    int rowInputs = rowInputs();
    for (int channel = 0; channel < inputs; channel += chain) {
      int count = Math.min(chain, inputs - channel);
      gather(picture, row, column, channel, count, chain, scratch.tile);
      int to = at + channel / rowInputs * winograd.elements() * pitch + channel % rowInputs;
      for (int c = 0; c < count; c += LANES) {
        winograd.inputTile(scratch.tile, c, chain, v, to + c, pitch, scratch.lines);
      }
    }
  }

  private void gather(
      int picture, int row, int column, int channel, int count, int pitch, float[] to) {
    int span = winograd.span();
    for (int i = 0; i < span; i++) {
      for (int j = 0; j < span; j++) {
        int y = row + i;
        int x = column + j;
        int target = (i * span + j) * pitch;
        if (y >= 0 && y < h && x >= 0 && x < w) {
          int from = image.offset() + ((picture * h + y) * w + x) * inputs + channel;
          System.arraycopy(image.array(), from, to, target, count);
        } else {
          Arrays.fill(to, target, target + count, 0f);
        }
      }
    }
  }

  /// Outputs of one panel for tiles `from` … `to − 1` of the `count` in V, which begin at tile
  /// `first` of all.
  private void panel(
      int panel, int first, int from, int to, int count, float[] v, F32 out, @Nullable F32 bias) {
    Scratch scratch = SCRATCH.get();
    int elements = winograd.elements();
    int column = panel * WIDTH;
    int width = Math.min(WIDTH, outputs - column);
    int tiles = to - from;
    int rowInputs = rowInputs();
    int chain = chain();
    int pitchV = count * PITCH + GAP;
    int pitch = tiles * WIDTH + GAP;
    for (int channel = 0; channel < inputs; channel += chain) {
      int some = Math.min(chain, inputs - channel);
      transformWeights(column, width, channel, some, scratch);
      int at = channel / rowInputs * elements * pitchV + from * PITCH + channel % rowInputs;
      for (int e = 0; e < elements; e++) {
        multiply(tiles, v, at + e * pitchV, e * U_PITCH, some, e * pitch, channel > 0, scratch);
      }
    }
    for (int tile = 0; tile < tiles; tile++) {
      for (int half = 0; half < WIDTH; half += LANES) {
        winograd.outputTile(
            scratch.products, tile * WIDTH + half, pitch, scratch.tile, half, WIDTH, scratch.lines);
      }
      scatter(first + from + tile, column, width, scratch.tile, out, bias);
    }
  }

  /// Adds to the products of one element those of a chain of inputs, tile by register tile.
  private static void multiply(
      int tiles, float[] v, int at, int u, int terms, int to, boolean add, Scratch scratch) {
    int parts = Math.ceilDiv(tiles, PackedProduct.MAX_HEIGHT);
    for (int part = 0; part < parts; part++) {
      int tile = tiles * part / parts;
      PackedProduct.tile(
          tiles * (part + 1) / parts - tile,
          v,
          at + tile * PITCH,
          scratch.u,
          u,
          terms,
          scratch.products,
          to + tile * WIDTH,
          WIDTH,
          add);
    }
  }

  /// U of `count` inputs from `channel` on and the panel's outputs: [element][input][WIDTH].
  private void transformWeights(int column, int width, int channel, int count, Scratch scratch) {
    gatherTaps(column, width, channel, count, scratch.taps);
    int tap = mirrored ? -WIDTH : WIDTH;
    int first = mirrored ? (TAPS - 1) * WIDTH : 0;
    for (int c = 0; c < count; c += Winograd.BATCH) {
      int some = Math.min(Winograd.BATCH, count - c);
      for (int half = 0; half < WIDTH; half += LANES) {
        winograd.weightTiles(
            scratch.taps,
            c * TAPS * WIDTH + first + half,
            tap,
            TAPS * WIDTH,
            scratch.u,
            c * WIDTH + half,
            U_PITCH,
            WIDTH,
            some,
            scratch.lines);
      }
    }
  }

  /// Weights as [input][tap][WIDTH].
  private void gatherTaps(int column, int width, int channel, int count, float[] taps) {
    if (width < WIDTH) {
      Arrays.fill(taps, 0f);
    }
    if (mirrored) {
      for (int c = 0; c < count; c++) {
        int from = weights.offset() + ((channel + c) * outputs + column) * TAPS;
        tapsOutermost(weights.array(), from, width, taps, c * TAPS * WIDTH);
      }
    } else {
      int from = weights.offset() + (column * inputs + channel) * TAPS;
      Transpose.run(weights.array(), from, inputs * TAPS, width, count * TAPS, taps, 0, WIDTH);
    }
  }

  private static void tapsOutermost(float[] from, int at, int width, float[] to, int toAt) {
    for (int tap = 0; tap < TAPS; tap++) {
      for (int j = 0; j < width; j++) {
        to[toAt + tap * WIDTH + j] = from[at + j * TAPS + tap];
      }
    }
  }

  private void scatter(int tile, int column, int width, float[] from, F32 out, @Nullable F32 bias) {
    int size = winograd.outputs();
    int left = tile % tilesW() * size;
    int top = tile / tilesW() % tilesH() * size;
    int picture = tile / (tilesW() * tilesH());
    for (int i = 0; i < Math.min(size, outH - top); i++) {
      for (int j = 0; j < Math.min(size, outW - left); j++) {
        int at = (i * size + j) * WIDTH;
        int pixel = (picture * outH + top + i) * outW + left + j;
        int to = out.offset() + pixel * outputs + column;
        if (bias == null) {
          System.arraycopy(from, at, out.array(), to, width);
        } else {
          for (int c = 0; c < width; c++) {
            out.array()[to + c] = from[at + c] + bias.array()[bias.offset() + column + c];
          }
        }
      }
    }
  }
}
