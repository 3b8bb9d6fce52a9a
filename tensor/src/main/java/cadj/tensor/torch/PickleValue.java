package cadj.tensor.torch;

import cadj.kernels.device.DType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a pickle can be made of here. Containers may hold themselves.
sealed interface PickleValue
    permits PickleValue.Text,
        PickleValue.Whole,
        PickleValue.Real,
        PickleValue.Truth,
        PickleValue.Nothing,
        PickleValue.Opaque,
        PickleValue.Global,
        PickleValue.Sequence,
        PickleValue.Dictionary,
        StorageRef,
        TensorRef {
  /// What this is, for messages: `a list of 3`.
  String what();

  record Text(String text) implements PickleValue {
    @Override
    public String what() {
      return "a text";
    }
  }

  record Whole(long value) implements PickleValue {
    @Override
    public String what() {
      return "an integer";
    }
  }

  record Real(double value) implements PickleValue {
    @Override
    public String what() {
      return "a float";
    }
  }

  record Truth(boolean value) implements PickleValue {
    @Override
    public String what() {
      return "a boolean";
    }
  }

  /// Python's `None`.
  enum Nothing implements PickleValue {
    NONE;

    @Override
    public String what() {
      return "None";
    }
  }

  /// Something that has no tensors and is not looked into, such as bytes or a device.
  record Opaque(String what) implements PickleValue {}

  /// A global of [Globals].
  ///
  /// @param dtype of the elements, if it is a storage's class
  record Global(String name, Globals.Use use, @Nullable DType dtype) implements PickleValue {
    @Override
    public String what() {
      return "the global " + name;
    }
  }

  /// A list, tuple or set.
  ///
  /// @param kind which of them
  record Sequence(String kind, List<PickleValue> items) implements PickleValue {
    @Override
    public String what() {
      return "a %s of %d".formatted(kind, items.size());
    }
  }

  /// A dictionary in the order in which it was filled.
  ///
  /// @param ofModule whether it stands for a module: its state then holds its entries
  record Dictionary(List<PickleValue> keys, List<PickleValue> values, boolean ofModule)
      implements PickleValue {
    Dictionary(boolean ofModule) {
      this(new ArrayList<>(0), new ArrayList<>(0), ofModule);
    }

    void put(PickleValue key, PickleValue value) {
      keys.add(key);
      values.add(value);
    }

    /// The first value of the key that is this text.
    @Nullable PickleValue get(String key) {
      for (int i = 0; i < keys.size(); i++) {
        if (keys.get(i) instanceof Text(String text) && text.equals(key)) {
          return values.get(i);
        }
      }
      return null;
    }

    @Override
    public String what() {
      return "a dictionary of " + keys.size();
    }
  }
}
