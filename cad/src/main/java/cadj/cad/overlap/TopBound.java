package cadj.cad.overlap;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which weights are the k of largest size at one end: all beyond `bound`, and the first `ties` of
/// those that equal it.
///
/// Found by counting: two passes over the scores and tables of 2¹⁶ counts, whatever their number.
/// Only sizes above 0 are on top, so there may be fewer than k.
///
/// @param bound above 0; infinite if there is none on top
/// @param ties how many that equal the bound
record TopBound(float bound, long ties) {
  /// Counts by the upper or the lower half of a size's bits, whose order is that of the sizes.
  private static final int HALF = 1 << 16;

  /// @param scores read twice
  /// @param sizes k of each
  static List<TopBound> of(Iterable<float[]> scores, Sign sign, long... sizes) {
    long[] upper = new long[HALF];
    for (float[] part : scores) {
      for (float score : part) {
        float size = sign.size(score);
        if (size > 0) {
          upper[Float.floatToIntBits(size) >>> 16]++;
        }
      }
    }
    List<Place> places = new ArrayList<>();
    Map<Integer, long[]> lower = new HashMap<>();
    for (long k : sizes) {
      Place place = Place.of(upper, k);
      places.add(place);
      lower.putIfAbsent(place.bucket, new long[HALF]);
    }
    for (float[] part : scores) {
      for (float score : part) {
        float size = sign.size(score);
        int bits = Float.floatToIntBits(size);
        long[] within = size > 0 ? lower.get(bits >>> 16) : null;
        if (within != null) {
          within[bits & (HALF - 1)]++;
        }
      }
    }
    List<TopBound> out = new ArrayList<>();
    for (Place place : places) {
      Place exact = Place.of(lower.getOrDefault(place.bucket, new long[0]), place.count);
      out.add(
          place.count == 0
              ? new TopBound(Float.POSITIVE_INFINITY, 0)
              : new TopBound(Float.intBitsToFloat(place.bucket << 16 | exact.bucket), exact.count));
    }
    return out;
  }

  /// The bucket that holds the k-th largest, or the least that holds any.
  ///
  /// @param count how many of it are among the k
  private record Place(int bucket, long count) {
    static Place of(long[] counts, long k) {
      long left = k;
      long taken = 0;
      int bucket = 0;
      for (int i = counts.length - 1; i >= 0 && left > 0; i--) {
        if (counts[i] > 0) {
          bucket = i;
          taken = Math.min(left, counts[i]);
          left -= taken;
        }
      }
      return new Place(bucket, taken);
    }
  }

  /// Takes the members out of scores that are shown part by part, in the order in which the bound
  /// was found.
  static final class Members {
    private final TopBound top;
    private final Sign sign;
    private long ties;

    Members(TopBound top, Sign sign) {
      this.top = top;
      this.sign = sign;
      this.ties = top.ties;
    }

    /// The members among the next scores.
    BitSet next(float... scores) {
      BitSet out = new BitSet(scores.length);
      for (int i = 0; i < scores.length; i++) {
        float size = sign.size(scores[i]);
        if (size > top.bound || (size == top.bound && ties-- > 0)) {
          out.set(i);
        }
      }
      return out;
    }
  }
}
