package cadj.kernels.catalogue;

import cadj.kernels.accumulate.AccumulateKernel;
import cadj.kernels.adamw.AdamWKernel;
import cadj.kernels.attention.AttentionKernel;
import cadj.kernels.binary.BinaryKernel;
import cadj.kernels.conv.Conv2dKernel;
import cadj.kernels.convert.ConvertKernel;
import cadj.kernels.copy.CopyKernel;
import cadj.kernels.embedding.EmbeddingKernel;
import cadj.kernels.geglu.GegluKernel;
import cadj.kernels.gemm.GemmKernel;
import cadj.kernels.groupnorm.GroupNormKernel;
import cadj.kernels.layernorm.LayerNormKernel;
import cadj.kernels.nll.NllKernel;
import cadj.kernels.pool.Pool2dKernel;
import cadj.kernels.rmsnorm.RmsNormKernel;
import cadj.kernels.roofline.GpuRoofline;
import cadj.kernels.softmax.SoftmaxKernel;
import cadj.kernels.sum.SumKernel;
import cadj.kernels.tiles.PtxTiles;
import cadj.kernels.unary.UnaryKernel;
import cadj.kernels.upsample.UpsampleNearestKernel;
import cadj.kernels.vectormath.PtxMath;
import java.util.List;

/// Every `.ptx` file, with each of the settings it is used with.
public final class KernelFiles {
  private static final KernelFile MATH = KernelFile.of(PtxMath.class, "math.ptx");
  private static final KernelFile TILES = KernelFile.of(PtxTiles.class, "tiles.ptx");
  private static final KernelFile GEMM_RUN = KernelFile.of(GemmKernel.class, "gemm_run.ptx");
  private static final KernelFile GEMM = KernelFile.of(GemmKernel.class, "gemm.ptx").with(GEMM_RUN);
  private static final KernelFile CONV_RUN = KernelFile.of(Conv2dKernel.class, "conv_run.ptx");
  private static final KernelFile CONV_IMAGE_RUN =
      KernelFile.of(Conv2dKernel.class, "conv_image_run.ptx").with(CONV_RUN);
  private static final KernelFile CONV_WEIGHT_RUN =
      KernelFile.of(Conv2dKernel.class, "conv_weight_run.ptx").with(CONV_RUN);
  private static final KernelFile ATTENTION_RUN =
      KernelFile.of(AttentionKernel.class, "attention_run.ptx");

  /// Files of functions and macros, which hold no kernels.
  static final List<KernelFile> LIBRARIES =
      List.of(MATH, TILES, GEMM_RUN, CONV_RUN, CONV_IMAGE_RUN, CONV_WEIGHT_RUN, ATTENTION_RUN);

  /// Files of kernels.
  public static final List<KernelFile> ALL =
      List.of(
          KernelFile.of(UnaryKernel.class, "unary.ptx").with(TILES).with(MATH),
          KernelFile.of(BinaryKernel.class, "binary.ptx").with(TILES),
          KernelFile.of(CopyKernel.class, "copy.ptx").with(TILES),
          KernelFile.of(ConvertKernel.class, "convert.ptx").with(TILES),
          KernelFile.of(GegluKernel.class, "geglu.ptx").with(TILES).with(MATH),
          KernelFile.of(EmbeddingKernel.class, "embedding.ptx").with(TILES),
          KernelFile.of(NllKernel.class, "nll.ptx").with(TILES),
          KernelFile.of(UpsampleNearestKernel.class, "upsample.ptx").with(TILES),
          KernelFile.of(AccumulateKernel.class, "accumulate.ptx").with(TILES),
          KernelFile.of(AdamWKernel.class, "adamw.ptx").with(TILES),
          KernelFile.of(SumKernel.class, "sum.ptx").with(TILES).with(MATH),
          KernelFile.of(SoftmaxKernel.class, "softmax.ptx").with(TILES).with(MATH),
          KernelFile.of(LayerNormKernel.class, "layernorm.ptx").with(TILES),
          KernelFile.of(RmsNormKernel.class, "rmsnorm.ptx").with(TILES),
          KernelFile.of(GroupNormKernel.class, "groupnorm.ptx").with(TILES).with(MATH),
          KernelFile.of(Pool2dKernel.class, "pool.ptx").with(TILES),
          GEMM,
          GEMM.set("stored_b", "f16"),
          GEMM.set("stored_b", "bf16"),
          KernelFile.of(GemmKernel.class, "gemm_mma.ptx").with(GEMM_RUN),
          gemmAsync("nt", "f32"),
          gemmAsync("nt", "f16"),
          gemmAsync("nt", "bf16"),
          gemmAsync("nn", "f32"),
          gemmAsync("nn", "f16"),
          gemmAsync("nn", "bf16"),
          gemmAsync("tn", "f32"),
          KernelFile.of(Conv2dKernel.class, "conv.ptx"),
          KernelFile.of(Conv2dKernel.class, "conv_pack.ptx"),
          KernelFile.of(Conv2dKernel.class, "conv_image.ptx").with(CONV_IMAGE_RUN),
          KernelFile.of(Conv2dKernel.class, "conv_image_mma.ptx").with(CONV_IMAGE_RUN),
          KernelFile.of(Conv2dKernel.class, "conv_weight.ptx").with(CONV_WEIGHT_RUN),
          KernelFile.of(Conv2dKernel.class, "conv_weight_mma.ptx").with(CONV_WEIGHT_RUN),
          KernelFile.of(AttentionKernel.class, "attention_forward.ptx")
              .with(ATTENTION_RUN)
              .with(MATH),
          KernelFile.of(AttentionKernel.class, "attention_backward.ptx").with(ATTENTION_RUN),
          KernelFile.of(GpuRoofline.class, "roofline.ptx").with(TILES));

  private KernelFiles() {}

  private static KernelFile gemmAsync(String layout, String storedB) {
    return KernelFile.of(GemmKernel.class, "gemm_async.ptx")
        .with(GEMM_RUN)
        .set("layout", layout)
        .set("stored_b", storedB);
  }
}
