package cadj.kernels.twins;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Strides of tensors whose dimensions lie in memory in random order, some with gaps.
public final class RandomStrides {
  private RandomStrides() {}

  /// Strides under which no two elements share a place.
  public static int[] injective(int[] sizes, SplittableRandom random) {
    List<Integer> order = new ArrayList<>();
    for (int d = 0; d < sizes.length; d++) {
      order.add(random.nextInt(order.size() + 1), d);
    }
    int[] strides = new int[sizes.length];
    int step = 1;
    for (int d : order) {
      step += random.nextInt(4) / 3;
      strides[d] = step;
      step *= Math.max(1, sizes[d]);
    }
    return strides;
  }

  /// The same, but some dimensions are broadcast, with stride 0.
  public static int[] broadcast(int[] sizes, SplittableRandom random) {
    int[] strides = injective(sizes, random);
    for (int d = 0; d < strides.length; d++) {
      strides[d] *= Math.min(1, random.nextInt(4));
    }
    return strides;
  }
}
