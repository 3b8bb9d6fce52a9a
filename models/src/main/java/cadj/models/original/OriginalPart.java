package cadj.models.original;

import cadj.kernels.device.DType;
import cadj.models.original.KeyMap.Place;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.checkpoint.CheckpointView;
import cadj.tensor.file.FileFormatException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The tensors of one part of a file in the original layout, under the names and with the shapes
/// that they have in a diffusers folder. Nothing is read before it is asked for.
final class OriginalPart extends CheckpointView {
  private final String prefix;
  private final KeyMap map;
  private final Map<String, Place> places;

  private OriginalPart(Checkpoint file, String prefix, KeyMap map, Map<String, Place> places) {
    super(file);
    this.prefix = prefix;
    this.map = map;
    this.places = Collections.unmodifiableMap(places);
  }

  /// @param others keys under the part's prefix that are not the part's
  /// @throws FileFormatException for a key that is neither
  static OriginalPart of(Checkpoint file, Part part, KeyMap map, Set<String> others) {
    Map<String, Place> places = new LinkedHashMap<>();
    for (String key : file.names()) {
      if (!key.startsWith(part.prefix()) || others.contains(key)) {
        continue;
      }
      List<Place> inFolder = map.inFolder(key.substring(part.prefix().length()));
      if (inFolder.isEmpty()) {
        throw new FileFormatException(
            file.path(),
            key,
            "only keys of a %s of these sizes".formatted(part.name()),
            "this one");
      }
      for (Place place : inFolder) {
        Place before = places.put(place.key(), new Place(key, place.form()));
        if (before != null) {
          throw new FileFormatException(
              file.path(), key, "each tensor once", "the same as " + before.key());
        }
      }
    }
    return new OriginalPart(file, part.prefix(), map, places);
  }

  @Override
  public Set<String> names() {
    return places.keySet();
  }

  private Place place(String name) {
    Place place = places.get(name);
    if (place == null) {
      String key = map.inFile(name).map(missing -> prefix + missing.key()).orElse(name);
      throw new FileFormatException(path(), key, "this tensor", "none of that name");
    }
    return place;
  }

  @Override
  public List<Long> dims(String name) {
    Place place = place(name);
    return place.form().dims(base.dims(place.key()));
  }

  @Override
  public DType dtype(String name) {
    return base.dtype(place(name).key());
  }

  @Override
  public Tensor tensor(String name) {
    Place place = place(name);
    base.shape(place.key()); // a shape that can be made, before it is
    return place.form().ofFile(base.tensor(place.key()));
  }
}
