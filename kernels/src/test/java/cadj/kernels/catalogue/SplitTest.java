package cadj.kernels.catalogue;

import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.attention.AttentionKernel;
import cadj.kernels.attention.AttentionShape;
import cadj.kernels.conv.Conv2dAddends;
import cadj.kernels.conv.Conv2dKernel;
import cadj.kernels.conv.Conv2dShape;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.GemmShape;
import cadj.kernels.device.Splits;
import cadj.kernels.geglu.GegluKernel;
import cadj.kernels.gemm.GemmKernel;
import cadj.kernels.groupnorm.GroupNormKernel;
import cadj.kernels.groupnorm.GroupNormShape;
import cadj.kernels.layernorm.LayerNormKernel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// How evenly the processor's kernels share out the work of SD 1.4's UNet, batch 1, from 2 to 64
/// threads: what the busiest thread has, over what each would have if it could be shared at will.
///
/// From the numbers of tasks alone, as if they were equally long: there is no machine with so many
/// cores here.
final class SplitTest {
  private static final F32 NOTHING = F32.of(new float[1 << 24]);

  private static final int[] THREADS = {2, 4, 8, 16, 32, 64};

  /// What is admitted, by [#THREADS]. A convolution of 16×16 pixels has 16 tiles to transform.
  private static final double[] EVEN = {1.15, 1.35, 1.3, 1.61, 2, 4};

  /// The same of attention's forward pass, whose panels of queries need nothing of one another.
  private static final double[] AS_ASKED = {1, 1, 1, 1, 1, 1};

  /// The same of backward passes whose sums over rows are cut by shape alone: attention's to few
  /// keys has a task for each head, LayerNorm's one for 64 rows.
  private static final double[] BY_SHAPE = {1.15, 1.35, 2, 4, 8, 16};

  /// @param last whether only the last call counts, before which operands are packed
  private record Operation(double[] most, boolean last, Consumer<Cpu> work) {
    double share(int threads) {
      List<Integer> calls = Splits.of(threads, work);
      double worst = 1;
      for (int tasks : last ? calls.subList(calls.size() - 1, calls.size()) : calls) {
        worst = Math.max(worst, Math.ceilDiv(tasks, threads) * (double) threads / tasks);
      }
      return worst;
    }
  }

  private final Map<String, Operation> operations = new LinkedHashMap<>();

  private void add(String name, Consumer<Cpu> work) {
    operations.put(name, new Operation(EVEN, false, work));
  }

  private void addByShape(String name, Consumer<Cpu> work) {
    operations.put(name, new Operation(BY_SHAPE, false, work));
  }

  private void addLevel(int side, int c) {
    int pixels = side * side;
    String at = " at %d×%d of %d".formatted(side, side, c);
    F32 row = F32.of(new float[c]);
    Conv2dShape s = conv(side, c, 1);
    add("conv" + at, cpu -> conv(cpu).forward(s, NOTHING, NOTHING, NOTHING, Conv2dAddends.NONE));
    add("conv by input" + at, cpu -> conv(cpu).backwardData(s, NOTHING, NOTHING, NOTHING));
    add("conv by weights" + at, cpu -> conv(cpu).backwardWeight(s, NOTHING, NOTHING, NOTHING));
    Conv2dShape half = conv(side, c, 2);
    add(
        "conv of stride 2" + at,
        cpu -> conv(cpu).forward(half, NOTHING, NOTHING, NOTHING, Conv2dAddends.NONE));
    GroupNormShape norm = new GroupNormShape(1, pixels, c, 32, 1e-5f, true);
    if (side > 16) { // else it takes less time than sharing it out
      add(
          "groupNorm" + at,
          cpu ->
              GroupNormKernel.on(cpu, NOTHING)
                  .forward(norm, NOTHING, NOTHING, NOTHING, NOTHING, row, row));
    }
    add(
        "layerNorm" + at,
        cpu ->
            LayerNormKernel.on(cpu, NOTHING)
                .forward(NOTHING, NOTHING, NOTHING, NOTHING, row, row, pixels, c, 1e-5f));
    add("geglu" + at, cpu -> GegluKernel.on(cpu, NOTHING).forward(NOTHING, NOTHING, pixels, 4 * c));
    for (int n : new int[] {c, 3 * c, 8 * c}) {
      addProduct(GemmShape.of(false, true, pixels, n, c));
      addProduct(GemmShape.of(true, false, n, c, pixels));
    }
    addAttention(pixels, pixels, c / 8);
    addAttention(pixels, 77, c / 8);
  }

  private static Conv2dShape conv(int side, int c, int stride) {
    return new Conv2dShape(1, c, side, side, c, 3, 3, stride, stride, 1, 1, 1, 1, 1);
  }

  private void addProduct(GemmShape s) {
    operations.put(
        "product " + s.sizes(),
        new Operation(
            EVEN,
            true,
            cpu -> GemmKernel.on(cpu, NOTHING).multiply(s, NOTHING, NOTHING, NOTHING, null)));
  }

  private void addAttention(int queries, int keys, int dim) {
    AttentionShape s = new AttentionShape(1, 8, queries, keys, dim, 1, false);
    String name = "attention %d×%d d%d".formatted(queries, keys, dim);
    operations.put(
        name,
        new Operation(
            AS_ASKED,
            false,
            cpu -> attention(cpu).forward(s, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)));
    addByShape(
        name + " backward",
        cpu ->
            attention(cpu)
                .backward(
                    s, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING,
                    NOTHING));
  }

  private static Conv2dKernel conv(Cpu cpu) {
    return Conv2dKernel.on(cpu, NOTHING);
  }

  private static AttentionKernel attention(Cpu cpu) {
    return AttentionKernel.on(cpu, NOTHING);
  }

  @Test
  void threadsAreEvenlyBusy() {
    addLevel(64, 320);
    addLevel(32, 640);
    addLevel(16, 1280);
    StringBuilder table = new StringBuilder("threads " + Arrays.toString(THREADS));
    boolean even = true;
    for (Map.Entry<String, Operation> operation : operations.entrySet()) {
      table.append("%n%-44s".formatted(operation.getKey()));
      for (int i = 0; i < THREADS.length; i++) {
        double share = operation.getValue().share(THREADS[i]);
        boolean admitted = share <= operation.getValue().most()[i];
        even &= admitted;
        table.append("%7.2f%s".formatted(share, admitted ? "" : "!"));
      }
    }
    assertTrue(even, table::toString);
  }
}
