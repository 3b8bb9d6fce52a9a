package cadj.kernels.profiler;

import static cadj.kernels.profiler.Example.kernel;
import static cadj.kernels.profiler.Example.size;

import cadj.kernels.accumulate.AccumulateKernel;
import cadj.kernels.adamw.AdamWKernel;
import cadj.kernels.adamw.AdamWRates;
import cadj.kernels.binary.Binary;
import cadj.kernels.binary.BinaryKernel;
import cadj.kernels.convert.ConvertKernel;
import cadj.kernels.copy.CopyKernel;
import cadj.kernels.device.DType;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.I64;
import cadj.kernels.embedding.EmbeddingKernel;
import cadj.kernels.geglu.GegluKernel;
import cadj.kernels.nll.NllKernel;
import cadj.kernels.strided.LoopNest;
import cadj.kernels.unary.Unary;
import cadj.kernels.unary.UnaryKernel;
import cadj.kernels.upsample.UpsampleNearestKernel;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Elementwise kernels, and those that copy, gather or scatter.
final class ElementwiseExamples {
  private static final int VOCABULARY = 1000;

  static final List<Example> ALL =
      List.of(
          run("unary function", "unary_forward", "y = f(x), here GELU")
              .by(
                  (in, gpu, s) -> {
                    GpuF32 x = in.random(s);
                    UnaryKernel.on(gpu, x).forward(Unary.GELU, in.empty(s), x);
                  }),
          run("unary function backward", "unary_backward", "dx = dy·f′(x), here GELU's slope")
              .by(
                  (in, gpu, s) -> {
                    GpuF32 x = in.random(s);
                    UnaryKernel.on(gpu, x).backward(Unary.GELU, in.empty(s), in.random(s), x);
                  }),
          run("affine", "unary_affine", "y = a·x + b")
              .by(
                  (in, gpu, s) -> {
                    GpuF32 x = in.random(s);
                    UnaryKernel.on(gpu, x).affine(in.empty(s), x, 2, 1);
                  }),
          run("clamp", "unary_clamp", "y = min(max(x, low), high)")
              .by(
                  (in, gpu, s) -> {
                    GpuF32 x = in.random(s);
                    UnaryKernel.on(gpu, x).clamp(in.empty(s), x, -0.5f, 0.5f);
                  }),
          run("clamp backward", "unary_clamp_backward", "dx = dy where low ≤ x ≤ high, else 0")
              .by(
                  (in, gpu, s) -> {
                    GpuF32 x = in.random(s);
                    UnaryKernel.on(gpu, x).clampBackward(in.empty(s), in.random(s), x, -0.5f, 0.5f);
                  }),
          Example.of("binary function", size("rows", 256), size("width", 320))
              .launches(
                  kernel("binary_apply", "out = f(a, b) over strides, here a row added to all"))
              .by(
                  (in, gpu, s) -> {
                    GpuF32 a = in.random(s);
                    int[] whole = {s[1], 1};
                    BinaryKernel.on(gpu, a)
                        .apply(
                            Binary.ADD,
                            in.empty(s),
                            a,
                            in.random(s[1]),
                            LoopNest.of(s, whole, whole, new int[] {0, 1}));
                  }),
          Example.of("copy of a slice", size("rows", 256), size("width", 160))
              .launches(kernel("copy_strided", "out = in over any strides, here half of each row"))
              .by(
                  (in, gpu, s) -> {
                    GpuF32 x = in.random(s[0], 2, s[1]);
                    CopyKernel.on(gpu, x)
                        .copy(
                            in.empty(s),
                            x,
                            LoopNest.of(s, new int[] {s[1], 1}, new int[] {2 * s[1], 1}));
                  }),
          Example.of("transpose", size("rows", 256), size("columns", 320))
              .launches(kernel("copy_tiles", "out = in transposed, tile by tile"))
              .by(
                  (in, gpu, s) -> {
                    GpuF32 x = in.random(s);
                    int[] turned = {s[1], s[0]};
                    CopyKernel.on(gpu, x)
                        .copy(
                            in.empty(s),
                            x,
                            LoopNest.of(turned, new int[] {s[0], 1}, new int[] {1, s[1]}));
                  }),
          Example.of("rows side by side", size("rows", 256), size("width", 160))
              .launches(kernel("copy_join", "out = rows of a and of b side by side"))
              .by(
                  (in, gpu, s) -> {
                    GpuF32 a = in.random(s);
                    CopyKernel.on(gpu, a).join(in.empty(s[0], 2 * s[1]), a, in.random(s), s[0]);
                  }),
          run("accumulate", "copy_accumulate", "out += scale·in")
              .by(
                  (in, gpu, s) -> {
                    GpuF32 x = in.random(s);
                    CopyKernel.on(gpu, x).accumulate(in.random(s), x, 2);
                  }),
          Example.of("accumulate a gradient", size("n", 65536))
              .launches(
                  kernel("accumulate_elements", "sum += g, compensated; a block's totals of w·g"),
                  kernel("accumulate_totals", "totals of all blocks, above zero and elsewhere"))
              .by(
                  (in, gpu, s) -> {
                    GpuF32 sum = in.random(s);
                    AccumulateKernel.on(gpu, sum)
                        .accumulate(
                            sum, in.between(0, 0, s), in.random(s), in.random(s), in.empty(2));
                  }),
          run("halves to singles", "convert_widen", "single precision of F16 or BF16")
              .by(
                  (in, gpu, s) -> {
                    GpuF32 y = in.empty(s);
                    MemorySegment halves = MemorySegment.ofArray(new short[y.length()]);
                    ConvertKernel.on(gpu, y).widen(y, halves, DType.F16);
                  }),
          run("singles to halves", "convert_narrow", "F16 or BF16 of single precision, rounded")
              .by(
                  (in, gpu, s) -> {
                    GpuF32 x = in.random(s);
                    MemorySegment halves = MemorySegment.ofArray(new short[x.length()]);
                    ConvertKernel.on(gpu, x).narrow(halves, DType.F16, x);
                  }),
          Example.of("geglu", size("rows", 64), size("width", 1280))
              .launches(kernel("geglu_forward", "y = value·gelu(gate), the halves of a row"))
              .by(
                  (in, gpu, s) -> {
                    GpuF32 x = in.random(s[0], 2, s[1]);
                    GegluKernel.on(gpu, x).forward(in.empty(s), x, s[0], s[1]);
                  }),
          Example.of("geglu backward", size("rows", 64), size("width", 1280))
              .launches(
                  kernel("geglu_backward", "dvalue = dy·gelu(gate), dgate = dy·value·gelu′(gate)"))
              .by(
                  (in, gpu, s) -> {
                    GpuF32 x = in.random(s[0], 2, s[1]);
                    GegluKernel.on(gpu, x)
                        .backward(in.empty(s[0], 2, s[1]), in.random(s), x, s[0], s[1]);
                  }),
          Example.of("embedding", size("ids", 77), size("width", 768))
              .launches(
                  kernel("embedding_forward", "rows of a table by id"),
                  kernel("embedding_backward", "gradients added up by id, in the ids' order"))
              .by(
                  (in, gpu, s) -> {
                    GpuF32 table = in.random(VOCABULARY, s[1]);
                    I64 ids = in.ids(s[0], VOCABULARY);
                    EmbeddingKernel kernel = EmbeddingKernel.on(gpu, table);
                    kernel.forward(in.empty(s), table, ids, s[1]);
                    kernel.backward(in.empty(VOCABULARY, s[1]), in.random(s), ids, s[1]);
                  }),
          Example.of("negative log likelihood", size("rows", 256), size("classes", 40))
              .launches(
                  kernel("nll_forward", "loss = −mean of each row's target"),
                  kernel("nll_backward", "dlogp = −dloss/rows at the target, else 0"))
              .by(
                  (in, gpu, s) -> {
                    GpuF32 logp = in.between(-5, 0, s);
                    I64 targets = in.ids(s[0], s[1]);
                    NllKernel kernel = NllKernel.on(gpu, logp);
                    kernel.forward(in.empty(1), logp, targets, s[0], s[1]);
                    kernel.backward(in.empty(s), in.random(1), targets, s[0], s[1]);
                  }),
          Example.of(
                  "nearest upsampling", size("n", 1), size("h", 16), size("w", 16), size("c", 320))
              .launches(
                  kernel("upsample_forward", "each pixel to twice the height and width"),
                  kernel("upsample_backward", "dx = sum of dy over a pixel's copies"))
              .by(
                  (in, gpu, s) -> {
                    GpuF32 x = in.random(s);
                    int height = 2 * s[1];
                    int width = 2 * s[2];
                    UpsampleNearestKernel kernel = UpsampleNearestKernel.on(gpu, x);
                    GpuF32 y = in.empty(s[0], height, width, s[3]);
                    kernel.forward(y, x, s[0], s[3], s[1], s[2], height, width);
                    kernel.backward(in.empty(s), y, s[0], s[3], s[1], s[2], height, width);
                  }),
          run("AdamW", "adamw_step", "a step of AdamW: moments and parameters updated")
              .by(
                  (in, gpu, s) -> {
                    GpuF32 p = in.random(s);
                    AdamWKernel.on(gpu, p)
                        .step(
                            p,
                            in.random(s),
                            in.between(0, 1, s),
                            in.between(0, 1, s),
                            new AdamWRates(1e-3f, 0.9f, 0.999f, 1e-8f, 0.01f),
                            1);
                  }));

  private ElementwiseExamples() {}

  private static Example.Start run(String name, String kernel, String does) {
    return Example.of(name, size("n", 65536)).launches(kernel(kernel, does));
  }
}
