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
import cadj.kernels.unary.UnaryKernel;
import cadj.kernels.upsample.UpsampleNearestKernel;
import cadj.kernels.vectormath.PtxMath;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Every `.ptx` file, with each of the settings it is used with.
public final class KernelFiles {
  private static final KernelFile MATH = KernelFile.of(PtxMath.class, "math.ptx");
  private static final KernelFile GEMM_RUN = KernelFile.of(GemmKernel.class, "gemm_run.ptx");
  private static final KernelFile CONV_RUN = KernelFile.of(Conv2dKernel.class, "conv_run.ptx");
  private static final KernelFile CONV_IMAGE_RUN =
      KernelFile.of(Conv2dKernel.class, "conv_image_run.ptx").with(CONV_RUN);
  private static final KernelFile CONV_WEIGHT_RUN =
      KernelFile.of(Conv2dKernel.class, "conv_weight_run.ptx").with(CONV_RUN);
  private static final KernelFile ATTENTION_RUN =
      KernelFile.of(AttentionKernel.class, "attention_run.ptx");

  private static final KernelFile ATTENTION_BACKWARD_RUN =
      KernelFile.of(AttentionKernel.class, "attention_backward_run.ptx");

  /// Files of functions and macros, which hold no kernels.
  static final List<KernelFile> LIBRARIES =
      List.of(
          MATH,
          GEMM_RUN,
          CONV_RUN,
          CONV_IMAGE_RUN,
          CONV_WEIGHT_RUN,
          ATTENTION_RUN,
          ATTENTION_BACKWARD_RUN);

  /// Files that are used with the settings they have.
  private static final List<KernelFile> GENERAL =
      List.of(
          KernelFile.withMath(UnaryKernel.class, "unary.ptx"),
          KernelFile.of(BinaryKernel.class, "binary.ptx"),
          KernelFile.of(CopyKernel.class, "copy.ptx"),
          KernelFile.of(ConvertKernel.class, "convert.ptx"),
          KernelFile.withMath(GegluKernel.class, "geglu.ptx"),
          KernelFile.of(EmbeddingKernel.class, "embedding.ptx"),
          KernelFile.of(NllKernel.class, "nll.ptx"),
          KernelFile.of(UpsampleNearestKernel.class, "upsample.ptx"),
          KernelFile.of(AccumulateKernel.class, "accumulate.ptx"),
          KernelFile.of(AdamWKernel.class, "adamw.ptx"),
          KernelFile.withMath(SumKernel.class, "sum.ptx"),
          KernelFile.withMath(SoftmaxKernel.class, "softmax.ptx"),
          KernelFile.of(LayerNormKernel.class, "layernorm.ptx"),
          KernelFile.of(RmsNormKernel.class, "rmsnorm.ptx"),
          KernelFile.withMath(GroupNormKernel.class, "groupnorm.ptx"),
          KernelFile.of(Pool2dKernel.class, "pool.ptx"),
          KernelFile.of(GemmKernel.class, "gemm.ptx").with(GEMM_RUN),
          KernelFile.of(GemmKernel.class, "gemm_mma.ptx").with(GEMM_RUN),
          KernelFile.of(Conv2dKernel.class, "conv.ptx"),
          KernelFile.of(Conv2dKernel.class, "conv_pack.ptx"),
          KernelFile.of(Conv2dKernel.class, "conv_image.ptx").with(CONV_IMAGE_RUN),
          KernelFile.of(Conv2dKernel.class, "conv_image_mma.ptx").with(CONV_IMAGE_RUN),
          KernelFile.of(Conv2dKernel.class, "conv_weight.ptx").with(CONV_WEIGHT_RUN),
          KernelFile.of(Conv2dKernel.class, "conv_weight_mma.ptx").with(CONV_WEIGHT_RUN),
          KernelFile.of(AttentionKernel.class, "attention_forward.ptx")
              .with(ATTENTION_RUN)
              .with(MATH),
          KernelFile.of(AttentionKernel.class, "attention_delta.ptx"),
          KernelFile.of(GpuRoofline.class, "roofline.ptx"));

  /// Files of kernels.
  public static final List<KernelFile> ALL =
      Stream.of(GENERAL, attentionBackward()).flatMap(List::stream).toList();

  private KernelFiles() {}

  private static List<KernelFile> attentionBackward() {
    KernelFile single =
        KernelFile.of(AttentionKernel.class, "attention_backward.ptx").with(ATTENTION_BACKWARD_RUN);
    KernelFile rounded =
        KernelFile.of(AttentionKernel.class, "attention_backward_mma.ptx")
            .with(ATTENTION_BACKWARD_RUN);
    List<KernelFile> all = new ArrayList<>();
    for (String dim : List.of("40", "64", "80", "128", "160", "256", "512")) {
      all.add(single.set("dim", dim));
    }
    for (String dim : List.of("40", "64", "80", "128", "160", "512")) {
      all.add(rounded.set("dim", dim).set("factors", "tf32"));
      all.add(rounded.set("dim", dim).set("factors", "bf16"));
    }
    return all;
  }
}
