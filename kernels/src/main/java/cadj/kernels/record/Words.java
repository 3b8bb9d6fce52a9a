package cadj.kernels.record;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Numbers for things that occur often, from 0 in the order in which they first occur.
///
/// @param <K> what a thing is known by
/// @param <V> what is remembered of it
final class Words<K, V> {
  private final Map<K, Integer> numbers = new HashMap<>();
  private final List<V> values = new ArrayList<>();

  /// The number of `key`; what is remembered of it is asked for the first time only.
  int number(K key, Function<? super K, ? extends V> value) {
    Integer known = numbers.get(key);
    if (known != null) {
      return known;
    }
    int number = values.size();
    values.add(value.apply(key));
    numbers.put(key, number);
    return number;
  }

  V get(int number) {
    return values.get(number);
  }
}
