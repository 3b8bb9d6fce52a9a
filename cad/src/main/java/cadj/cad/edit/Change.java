package cadj.cad.edit;

import static cadj.tensor.shape.Require.require;

import cadj.tensor.file.Sha256;
import java.util.Arrays;

/// What a [Patch] does to one parameter, whose values are in memory order.
public sealed interface Change permits Change.Scaled, Change.Replaced {
  /// Number of weights changed.
  int size();

  /// @throws IllegalArgumentException unless it can change `parameter`, of so many elements
  void requireFits(String parameter, int elements);

  /// @throws IllegalArgumentException if a factor or value is not finite
  void requireFinite(String parameter);

  /// Changes a parameter's values in place.
  void apply(float[] values);

  /// Puts back what was there before [#apply].
  void revert(float[] values);

  /// Adds all that it does to a hash.
  void addTo(Sha256 hash);

  private static void requireFinite(String parameter, float... numbers) {
    for (float number : numbers) {
      require(Float.isFinite(number), "%s: expected finite numbers, found %s", parameter, number);
    }
  }

  /// Some weights: where, times what, and what they were.
  ///
  /// @param indices flat, ascending
  record Scaled(int[] indices, float[] factors, float[] weights) implements Change {
    public Scaled {
      require(
          indices.length == factors.length && indices.length == weights.length,
          "patch: %d indices, %d factors, %d weights",
          indices.length,
          factors.length,
          weights.length);
    }

    @Override
    public int size() {
      return indices.length;
    }

    @Override
    public void requireFinite(String parameter) {
      Change.requireFinite(parameter, factors);
    }

    @Override
    public void apply(float[] values) {
      for (int i = 0; i < indices.length; i++) {
        values[indices[i]] *= factors[i];
      }
    }

    @Override
    public void revert(float[] values) {
      for (int i = 0; i < indices.length; i++) {
        values[indices[i]] = weights[i];
      }
    }

    @Override
    public void requireFits(String parameter, int elements) {
      for (int index : indices) {
        require(
            index >= 0 && index < elements,
            "patch: index %d is outside %s of %d weights",
            index,
            parameter,
            elements);
      }
    }

    @Override
    public void addTo(Sha256 hash) {
      hash.add(Arrays.toString(indices)).add(Arrays.toString(factors));
    }
  }

  /// All weights, from one value to another. Where something else lies under it (another patch came
  /// first), the difference is added.
  ///
  /// @param values after the change
  /// @param weights before
  record Replaced(float[] values, float[] weights) implements Change {
    public Replaced {
      require(
          values.length == weights.length,
          "patch: %d values, %d weights",
          values.length,
          weights.length);
    }

    @Override
    public int size() {
      int changed = 0;
      for (int i = 0; i < values.length; i++) {
        changed += values[i] != weights[i] ? 1 : 0;
      }
      return changed;
    }

    @Override
    public void requireFinite(String parameter) {
      Change.requireFinite(parameter, values);
    }

    @Override
    public void requireFits(String parameter, int elements) {
      require(
          elements == values.length,
          "patch: expected %d weights of %s, got %d",
          values.length,
          parameter,
          elements);
    }

    @Override
    public void apply(float[] current) {
      move(current, weights, values);
    }

    @Override
    public void revert(float[] current) {
      move(current, values, weights);
    }

    private static void move(float[] current, float[] from, float[] to) {
      for (int i = 0; i < to.length; i++) {
        boolean asExpected = Float.floatToIntBits(current[i]) == Float.floatToIntBits(from[i]);
        current[i] = asExpected ? to[i] : current[i] + (to[i] - from[i]);
      }
    }

    @Override
    public void addTo(Sha256 hash) {
      hash.add(values).add(weights);
    }
  }
}
