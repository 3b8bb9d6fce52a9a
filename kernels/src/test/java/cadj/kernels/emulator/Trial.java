package cadj.kernels.emulator;

import cadj.kernels.attention.AttentionKernel;
import cadj.kernels.attention.AttentionShape;
import cadj.kernels.conv.Conv2dAddends;
import cadj.kernels.conv.Conv2dKernel;
import cadj.kernels.conv.Conv2dShape;
import cadj.kernels.convert.HalfWeights;
import cadj.kernels.copy.CopyKernel;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.DType;
import cadj.kernels.device.Device;
import cadj.kernels.device.F32;
import cadj.kernels.device.GemmShape;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.embedding.EmbeddingKernel;
import cadj.kernels.gemm.GemmKernel;
import cadj.kernels.groupnorm.GroupNormKernel;
import cadj.kernels.groupnorm.GroupNormShape;
import cadj.kernels.layernorm.LayerNormKernel;
import cadj.kernels.nll.NllKernel;
import cadj.kernels.softmax.SoftmaxKernel;
import cadj.kernels.strided.LoopNest;
import cadj.kernels.sum.SumKernel;
import cadj.kernels.twins.Samples;
import cadj.kernels.unary.Unary;
import cadj.kernels.unary.UnaryKernel;
import cadj.kernels.upsample.UpsampleNearestKernel;

/// A shipped kernel run at awkward sizes, against its reference in double precision.
enum Trial {
  SOFTMAX {
    @Override
    boolean agrees(Gpu gpu) {
      return agree(gpu, 2, 2503) && agree(gpu, 7, 37) && agree(gpu, 3, 1028);
    }

    private boolean agree(Gpu gpu, int rows, int width) {
      F32 x = Samples.normal(1, rows * width);
      return agree(
          gpu,
          1e-5,
          (device, y) -> SoftmaxKernel.on(device, y[0]).forward(y[0], x, rows, width),
          rows * width);
    }
  },
  LAYER_NORM {
    @Override
    boolean agrees(Gpu gpu) {
      return agree(gpu, 2, 2503) && agree(gpu, 7, 37) && agree(gpu, 3, 1028);
    }

    private boolean agree(Gpu gpu, int rows, int width) {
      F32 x = Samples.normal(1, rows * width, 3, 2);
      F32 weight = Samples.normal(2, width);
      F32 bias = Samples.normal(3, width);
      return agree(
          gpu,
          1e-5,
          (device, y) ->
              LayerNormKernel.on(device, y[0])
                  .forward(y[0], y[1], y[2], x, weight, bias, rows, width, 1e-5f),
          rows * width,
          rows,
          rows);
    }
  },
  SUM_OF_COLUMNS {
    @Override
    boolean agrees(Gpu gpu) {
      F32 x = Samples.normal(1, 3 * 70 * 39);
      return agree(
          gpu, 1e-5, (device, y) -> SumKernel.on(device, y[0]).sum(y[0], x, 3, 70, 39), 3 * 39);
    }
  },
  PRODUCT {
    @Override
    boolean agrees(Gpu gpu) {
      return product(gpu, 45, DType.F32, 1e-5);
    }
  },
  /// On tensor cores: factors have 8 bits.
  PRODUCT_OF_HALVES {
    @Override
    boolean agrees(Gpu gpu) {
      return product(gpu, 45, DType.F32, 1e-2);
    }
  },
  /// On tensor cores, of rows on boundaries of 16 bytes: factors have 11 bits.
  PRODUCT_AHEAD {
    @Override
    boolean agrees(Gpu gpu) {
      return product(gpu, 88, DType.F32, 2e-3);
    }
  },
  /// The same with weights stored in F16.
  PRODUCT_OF_WEIGHTS {
    @Override
    boolean agrees(Gpu gpu) {
      return product(gpu, 88, DType.F16, 2e-3);
    }
  },
  CONVOLUTION {
    @Override
    boolean agrees(Gpu gpu) {
      return convolution(gpu, 1e-5);
    }
  },
  /// On tensor cores: factors have 11 bits.
  CONVOLUTION_TF32 {
    @Override
    boolean agrees(Gpu gpu) {
      return convolution(gpu, 3e-3);
    }
  },
  TRANSPOSE {
    @Override
    boolean agrees(Gpu gpu) {
      F32 x = Samples.normal(1, 67 * 45);
      LoopNest nest = LoopNest.of(new int[] {45, 67}, new int[] {67, 1}, new int[] {1, 45});
      return agree(gpu, 0, (device, y) -> CopyKernel.on(device, y[0]).copy(y[0], x, nest), 67 * 45);
    }
  },
  GROUP_NORM {
    @Override
    boolean agrees(Gpu gpu) {
      return agree(gpu, new GroupNormShape(2, 70, 30, 5, 1e-5f, true))
          && agree(gpu, new GroupNormShape(1, 33, 64, 8, 1e-5f, false))
          && agree(gpu, new GroupNormShape(1, 6001, 12, 2, 1e-5f, true)); // groups of many blocks
    }

    private boolean agree(Gpu gpu, GroupNormShape s) {
      int n = s.n() * s.hw() * s.c();
      F32 x = Samples.normal(1, n, 3, 2);
      F32 weight = Samples.normal(2, s.c());
      F32 bias = Samples.normal(3, s.c());
      return agree(
          gpu,
          1e-5,
          (device, y) ->
              GroupNormKernel.on(device, y[0]).forward(s, y[0], y[1], y[2], x, weight, bias),
          n,
          s.n() * s.groups(),
          s.n() * s.groups());
    }
  },
  EMBEDDING_BACKWARD {
    @Override
    boolean agrees(Gpu gpu) {
      F32 dy = Samples.normal(1, 50 * 19);
      var ids = Samples.ids(2, 50, 23);
      return agree(
          gpu,
          1e-5,
          (device, y) -> EmbeddingKernel.on(device, y[0]).backward(y[0], dy, ids, 19),
          23 * 19);
    }
  },
  UPSAMPLE_BACKWARD {
    @Override
    boolean agrees(Gpu gpu) {
      F32 dy = Samples.normal(1, 2 * 7 * 11 * 6);
      return agree(
          gpu,
          1e-5,
          (device, y) ->
              UpsampleNearestKernel.on(device, y[0]).backward(y[0], dy, 2, 6, 3, 5, 7, 11),
          2 * 3 * 5 * 6);
    }
  },
  LIKELIHOOD {
    @Override
    boolean agrees(Gpu gpu) {
      F32 logp = Samples.normal(1, 300 * 11);
      var targets = Samples.ids(2, 300, 11);
      return agree(
          gpu,
          1e-5,
          (device, y) -> NllKernel.on(device, y[0]).forward(y[0], logp, targets, 300, 11),
          1);
    }
  },
  SILU {
    @Override
    boolean agrees(Gpu gpu) {
      F32 x = Samples.normal(1, 2051);
      return agree(
          gpu,
          1e-6,
          (device, y) -> UnaryKernel.on(device, y[0]).forward(Unary.SILU, y[0], x),
          2051);
    }
  },
  ATTENTION {
    @Override
    boolean agrees(Gpu gpu) {
      return attention(gpu, 1e-5, new AttentionShape(1, 2, 70, 41, 44, 0.15f, false));
    }
  },
  /// On tensor cores, factors in TF32.
  ATTENTION_ROUNDED {
    @Override
    boolean agrees(Gpu gpu) {
      return attention(gpu, 3e-3, new AttentionShape(1, 2, 140, 71, 40, 0.15f, false));
    }
  },
  /// On tensor cores, factors in BF16, a head whose columns warps share.
  ATTENTION_WIDE {
    @Override
    boolean agrees(Gpu gpu) {
      return attention(gpu, 2e-2, new AttentionShape(1, 1, 40, 70, 512, 0.05f, false));
    }
  },
  /// On tensor cores, some more than a tile, with a mask and without.
  ATTENTION_GRADIENTS {
    @Override
    boolean agrees(Gpu gpu) {
      return agree(gpu, new AttentionShape(1, 2, 70, 41, 40, 0.15f, false))
          && agree(gpu, new AttentionShape(1, 1, 70, 70, 40, 0.15f, true));
    }

    private boolean agree(Gpu gpu, AttentionShape s) {
      int queries = s.queries() * s.heads() * s.dim();
      int keys = s.keys() * s.heads() * s.dim();
      F32 q = Samples.normal(1, queries);
      F32 k = Samples.normal(2, keys);
      F32 v = Samples.normal(3, keys);
      F32 dout = Samples.normal(4, queries);
      F32 out = F32.of(new float[queries]);
      F32 lse = F32.of(new float[s.queries() * s.heads()]);
      AttentionKernel.on(CPU, out).forward(s, out, lse, q, k, v);
      return agree(
          gpu,
          5e-3,
          (device, y) ->
              AttentionKernel.on(device, y[0])
                  .backward(s, y[0], y[1], y[2], dout, out, lse, q, k, v),
          queries,
          keys,
          keys);
    }
  };

  private static final Cpu CPU = new Cpu(1);

  abstract boolean agrees(Gpu gpu);

  private static boolean attention(Gpu gpu, double tolerance, AttentionShape s) {
    int queries = s.batch() * s.queries() * s.heads() * s.dim();
    int keys = s.batch() * s.keys() * s.heads() * s.dim();
    F32 q = Samples.normal(1, queries);
    F32 k = Samples.normal(2, keys);
    F32 v = Samples.normal(3, keys);
    return agree(
        gpu,
        tolerance,
        (device, y) -> AttentionKernel.on(device, y[0]).forward(s, y[0], y[1], q, k, v),
        queries,
        s.batch() * s.heads() * s.queries());
  }

  /// [70,k]·[36,k]ᵀ + bias + residual.
  ///
  /// @param stored how a GPU has the second matrix
  private static boolean product(Gpu gpu, int k, DType stored, double tolerance) {
    GemmShape s = GemmShape.of(false, true, 70, 36, k);
    F32 a = Samples.normal(1, 70 * k);
    F32 b = Samples.normal(2, 36 * k);
    for (int i = 0; i < b.length(); i++) {
      b.set(i, Float.float16ToFloat(Float.floatToFloat16((float) b.get(i))));
    }
    F32 bias = Samples.normal(3, 36);
    F32 residual = Samples.normal(4, 70 * 36);
    return agree(
        gpu,
        tolerance,
        (device, y) ->
            GemmKernel.on(device, y[0])
                .multiply(
                    s,
                    y[0],
                    a,
                    device instanceof Gpu && stored != DType.F32
                        ? HalfWeights.upload(gpu, b, stored)
                        : b,
                    bias,
                    residual),
        70 * 36);
  }

  /// Forward, with all that may be added, and both gradients; more than one tile of 64 × 64.
  private static boolean convolution(Gpu gpu, double tolerance) {
    Conv2dShape s = new Conv2dShape(2, 12, 9, 8, 68, 3, 3, 1, 1, 1, 0, 1, 2, 1);
    F32 x = Samples.normal(1, 2 * 9 * 8 * 12);
    F32 weight = Samples.normal(2, 68 * 12 * 9);
    F32 dy = Samples.normal(3, 2 * 9 * 8 * 68);
    Conv2dAddends addends =
        new Conv2dAddends(
            Samples.normal(4, 68), Samples.normal(5, 2 * 68), Samples.normal(6, dy.length()));
    return agree(
        gpu,
        tolerance,
        (device, y) -> {
          Conv2dKernel kernel = Conv2dKernel.on(device, y[0]);
          kernel.forward(s, y[0], x, weight, addends);
          kernel.backwardData(s, y[1], dy, weight);
          kernel.backwardWeight(s, y[2], dy, x);
        },
        dy.length(),
        x.length(),
        weight.length());
  }

  /// Runs a kernel of `device` that writes `outputs`.
  interface Run {
    void on(Device device, Buffer[] outputs);
  }

  /// Whether all outputs are within `tolerance` of the reference's largest.
  static boolean agree(Gpu gpu, double tolerance, Run run, int... lengths) {
    Buffer[] expected = new Buffer[lengths.length];
    Buffer[] actual = new Buffer[lengths.length];
    for (int i = 0; i < lengths.length; i++) {
      expected[i] = Buffer.allocate(DType.F64, lengths[i]);
      actual[i] = gpu.allocate(lengths[i]);
    }
    run.on(CPU, expected);
    run.on(gpu, actual);
    boolean agree = true;
    for (int i = 0; i < lengths.length; i++) {
      F32 back = F32.of(new float[lengths[i]]);
      gpu.download(back, (GpuF32) actual[i]);
      double largest = 0;
      for (int k = 0; k < lengths[i]; k++) {
        largest = Math.max(largest, Math.abs(expected[i].get(k)));
      }
      for (int k = 0; k < lengths[i]; k++) {
        agree &= Math.abs(expected[i].get(k) - back.get(k)) <= tolerance * largest;
      }
    }
    return agree;
  }
}
