package cadj.tensor.torch;

import cadj.kernels.device.DType;
import cadj.tensor.torch.PickleValue.Global;
import cadj.tensor.torch.PickleValue.Nothing;
import cadj.tensor.torch.PickleValue.Sequence;
import cadj.tensor.torch.PickleValue.Text;
import cadj.tensor.torch.PickleValue.Whole;
import java.util.List;

/// A storage as a pickle names it: `("storage", torch.FloatStorage, key, location, elements)`. The
/// location (`cpu`, `cuda:0`) does not matter.
///
/// @param key which of the file's storages
/// @param whole elements of that storage
/// @param from the first of its elements that this one has; 0 but for views of old files
/// @param elements how many this one has
record StorageRef(String key, DType dtype, long whole, long from, long elements)
    implements PickleValue {
  private static final int PARTS = 5;

  /// @param id what a pickle refers to by persistent id
  static StorageRef of(PickleBytes in, PickleValue id) {
    if (id instanceof Sequence(String kind, List<PickleValue> parts)
        && parts.size() >= PARTS
        && parts.get(0) instanceof Text(String storage)
        && storage.equals("storage")
        && parts.get(1) instanceof Global type
        && type.dtype() != null
        && parts.get(2) instanceof Text(String key)
        && parts.get(4) instanceof Whole(long whole)
        && whole >= 0
        && whole <= Long.MAX_VALUE / type.dtype().bytes()) {
      StorageRef all = new StorageRef(key, type.dtype(), whole, 0, whole);
      return parts.size() == PARTS || parts.get(PARTS) == Nothing.NONE
          ? all
          : all.view(in, parts.get(PARTS));
    }
    throw in.error("a storage (type, key, location, number of elements)", id.what());
  }

  /// Old files can have views of storages: `(key, offset, elements)`.
  private StorageRef view(PickleBytes in, PickleValue view) {
    if (view instanceof Sequence(String kind, List<PickleValue> parts)
        && parts.size() == 3
        && parts.get(1) instanceof Whole(long offset)
        && parts.get(2) instanceof Whole(long size)
        && offset >= 0
        && size >= 0
        && offset <= whole
        && size <= whole - offset) {
      return new StorageRef(key, dtype, whole, offset, size);
    }
    throw in.error("a view within a storage of %d elements".formatted(whole), view.what());
  }

  /// Size of the whole storage.
  long bytes() {
    return whole * dtype.bytes();
  }

  @Override
  public String what() {
    return "a storage";
  }
}
