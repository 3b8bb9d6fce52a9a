package cadj.models.original;

import static java.util.Objects.requireNonNull;

import cadj.kernels.device.DType;
import cadj.models.original.KeyMap.Place;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.memory.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// The tensors of a diffusers folder's parts under the keys and with the shapes of one file in the
/// original layout: the way back of [OriginalPart]. Nothing is read before it is asked for.
final class OriginalWeights implements Checkpoint {
  /// Tensors of the folder that make one of the file, in the file's order.
  private final Map<String, List<Source>> sources;

  private final List<Checkpoint> parts;

  private record Source(Checkpoint part, String key, Form form) {}

  private OriginalWeights(Map<String, List<Source>> sources, List<Checkpoint> parts) {
    this.sources = Collections.unmodifiableMap(sources);
    this.parts = parts;
  }

  /// @throws FileFormatException for a key that such a file has no place for
  static OriginalWeights of(List<Part> parts, Map<String, Checkpoint> weights) {
    Map<String, List<Source>> sources = new LinkedHashMap<>();
    for (Part part : parts) {
      Checkpoint folder = requireNonNull(weights.get(part.name()), part.name());
      KeyMap map = part.mapOfFolder(folder);
      for (String key : folder.names()) {
        Place place =
            map.inFile(key)
                .orElseThrow(
                    () ->
                        new FileFormatException(
                            folder.path(),
                            key,
                            "tensors that the original layout has a place for",
                            "this one"));
        sources
            .computeIfAbsent(part.prefix() + place.key(), k -> new ArrayList<>())
            .add(new Source(folder, key, place.form()));
      }
    }
    sources.forEach(OriginalWeights::order);
    return new OriginalWeights(sources, List.copyOf(weights.values()));
  }

  /// Brings query, key and value into their order, and demands all three.
  private static void order(String fileKey, List<Source> tensors) {
    tensors.sort(Comparator.comparing(Source::form));
    List<Form> forms = tensors.stream().map(Source::form).toList();
    Source first = tensors.getFirst();
    if (!forms.equals(Form.STACKED) && (forms.size() > 1 || Form.STACKED.contains(first.form))) {
      throw new FileFormatException(
          first.part.path(),
          first.key,
          "query, key and value of one attention for " + fileKey,
          forms.toString());
    }
    for (Source tensor : tensors) {
      if (!tensor.part.dims(tensor.key).equals(first.part.dims(first.key))) {
        throw new FileFormatException(
            tensor.part.path(),
            tensor.key,
            "the shape of %s, %s".formatted(first.key, first.part.dims(first.key)),
            tensor.part.dims(tensor.key).toString());
      }
    }
  }

  @Override
  public Path path() {
    return parts.getFirst().path();
  }

  @Override
  public Set<String> names() {
    return sources.keySet();
  }

  private List<Source> sources(String name) {
    List<Source> found = sources.get(name);
    if (found == null) {
      throw new FileFormatException(path(), name, "this tensor", "none of that name");
    }
    return found;
  }

  @Override
  public List<Long> dims(String name) {
    List<Source> all = sources(name);
    Source first = all.getFirst();
    return first.form.dimsInFile(first.part.dims(first.key));
  }

  /// The widest of those of the tensors that make it.
  @Override
  public DType dtype(String name) {
    return sources(name).stream()
        .map(tensor -> tensor.part.dtype(tensor.key))
        .reduce((a, b) -> a == b ? a : DType.F32)
        .orElseThrow();
  }

  @Override
  public Tensor tensor(String name) {
    List<Source> all = sources(name);
    Source first = all.getFirst();
    if (all.size() == 1) {
      return first.form.inFile(first.part.tensor(first.key));
    }
    return Scope.outside(
        () -> {
          Tensor out = Tensor.empty(first.part.tensor(first.key).dtype(), shape(name));
          int rows = out.dim(0) / all.size();
          for (int i = 0; i < all.size(); i++) {
            Source tensor = all.get(i);
            out.slice(0, i * rows, (i + 1) * rows).copyFrom(tensor.part.tensor(tensor.key));
          }
          return out;
        });
  }

  @Override
  public SortedSet<Path> files() {
    SortedSet<Path> out = new TreeSet<>();
    parts.forEach(part -> out.addAll(part.files()));
    return out;
  }

  @Override
  public void close() {
    parts.forEach(Checkpoint::close);
  }
}
