package cadj.tensor.torch;

import cadj.tensor.torch.PickleValue.Dictionary;
import cadj.tensor.torch.PickleValue.Global;
import cadj.tensor.torch.PickleValue.Nothing;
import cadj.tensor.torch.PickleValue.Opaque;
import cadj.tensor.torch.PickleValue.Real;
import cadj.tensor.torch.PickleValue.Sequence;
import cadj.tensor.torch.PickleValue.Text;
import cadj.tensor.torch.PickleValue.Truth;
import cadj.tensor.torch.PickleValue.Whole;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Python's pickle machine, protocols 0 to 5, on values of our own: see `pickletools.py` of Python
/// for what each operation means.
///
/// Every operation makes at most one value, so memory stays within the pickle's size times a
/// constant. Persistent ids are storages, calls are those of [Globals].
final class Pickle {
  /// More than any checkpoint needs: 64 MB, some hundred thousand tensors.
  static final long MOST_BYTES = 64L << 20;

  private static final int MOST_OPERATIONS = 4_000_000;
  private static final int HIGHEST_PROTOCOL = 5;

  private final PickleBytes in;
  private final Map<String, StorageRef> storages;
  private final List<PickleValue> stack = new ArrayList<>();
  private int[] marks = new int[16];
  private int markCount;
  private @Nullable PickleValue[] memo = new PickleValue[64];
  private int memoCount;

  private Pickle(PickleBytes in, Map<String, StorageRef> storages) {
    this.in = in;
    this.storages = storages;
  }

  /// Reads one pickle, up to its STOP.
  ///
  /// @param storages where to put the storages that it names, by key
  static PickleValue read(PickleBytes in, Map<String, StorageRef> storages) {
    return new Pickle(in, storages).run();
  }

  private PickleValue run() {
    long begin = in.position();
    for (int i = 0; i < MOST_OPERATIONS; i++) {
      int operation = in.unsignedByte();
      if (operation == '.') {
        return pop();
      }
      run(operation);
      if (in.position() - begin > MOST_BYTES) {
        throw in.error("a pickle of at most %d bytes".formatted(MOST_BYTES), "a longer one");
      }
    }
    throw in.error("at most %d operations".formatted(MOST_OPERATIONS), "more");
  }

  private void run(int operation) {
    switch (operation) {
      // numbers and constants
      case 'N' -> push(Nothing.NONE);
      case 0x88 -> push(new Truth(true));
      case 0x89 -> push(new Truth(false));
      case 'J' -> push(new Whole(in.signedInt()));
      case 'K' -> push(new Whole(in.unsignedByte()));
      case 'M' -> push(new Whole(in.unsignedShort()));
      case 0x8a -> push(integer(in.unsignedByte()));
      case 0x8b -> push(integer(in.signedInt()));
      case 'I', 'L' -> push(integer(in.line()));
      case 'G' -> push(new Real(in.bigEndianDouble()));
      case 'F' -> push(real(in.line()));
      // texts and bytes
      case 'X' -> push(new Text(in.utf8(in.unsignedInt())));
      case 0x8c -> push(new Text(in.utf8(in.unsignedByte())));
      case 0x8d -> push(new Text(in.utf8(in.signedLong())));
      case 'U' -> push(new Text(in.latin1(in.unsignedByte())));
      case 'T' -> push(new Text(in.latin1(in.signedInt())));
      case 'V' -> push(new Text(in.line()));
      case 'S' -> push(new Text(unquoted(in.line())));
      case 'C' -> push(bytes(in.unsignedByte()));
      case 'B' -> push(bytes(in.unsignedInt()));
      case 0x8e, 0x96 -> push(bytes(in.signedLong()));
      // containers
      case ')' -> push(new Sequence("tuple", List.of()));
      case 't' -> push(new Sequence("tuple", popToMark()));
      case 0x85, 0x86, 0x87 -> push(new Sequence("tuple", popped(operation - 0x84)));
      case ']' -> push(new Sequence("list", new ArrayList<>(0)));
      case 'l' -> push(new Sequence("list", popToMark()));
      case 'a' -> append(popped(1));
      case 'e', 0x90 -> append(popToMark());
      case 0x8f -> push(new Sequence("set", new ArrayList<>(0)));
      case 0x91 -> push(new Sequence("set", popToMark()));
      case '}' -> push(new Dictionary(false));
      case 'd' -> {
        List<PickleValue> items = popToMark();
        push(new Dictionary(false));
        setItems(items);
      }
      case 's' -> setItems(popped(2));
      case 'u' -> setItems(popToMark());
      // stack and memo
      case '(' -> mark();
      case '0' -> pop();
      case '1' -> popToMark();
      case '2' -> push(top());
      case 'p' -> memoize(index(in.line()));
      case 'q' -> memoize(in.unsignedByte());
      case 'r' -> memoize(in.unsignedInt());
      case 0x94 -> memoize(memoCount);
      case 'g' -> push(remembered(index(in.line())));
      case 'h' -> push(remembered(in.unsignedByte()));
      case 'j' -> push(remembered(in.unsignedInt()));
      // globals, calls, state
      case 'c' -> push(Globals.named(in, in.line(), in.line()));
      case 0x93 -> stackGlobal();
      case 'R' -> {
        PickleValue arguments = pop();
        push(Globals.call(in, pop(), arguments));
      }
      case 0x81 -> {
        PickleValue arguments = pop();
        push(Globals.call(in, pop(), arguments));
      }
      case 0x92 -> {
        requireNone(pop());
        PickleValue arguments = pop();
        push(Globals.call(in, pop(), arguments));
      }
      case 'i' -> {
        Global global = Globals.named(in, in.line(), in.line());
        push(Globals.call(in, global, new Sequence("tuple", popToMark())));
      }
      case 'o' -> {
        List<PickleValue> items = popToMark();
        if (items.isEmpty()) {
          throw in.error("a class", "nothing");
        }
        push(
            Globals.call(
                in, items.getFirst(), new Sequence("tuple", items.subList(1, items.size()))));
      }
      case 'b' -> build(pop());
      case 'Q' -> {
        StorageRef storage = StorageRef.of(in, pop());
        storages.putIfAbsent(storage.key(), storage);
        push(storage);
      }
      // the form
      case 0x80 -> {
        int protocol = in.unsignedByte();
        if (protocol > HIGHEST_PROTOCOL) {
          throw in.error("protocol at most %d".formatted(HIGHEST_PROTOCOL), "" + protocol);
        }
      }
      case 0x95 -> in.signedLong();
      case 0x82, 0x83, 0x84 ->
          throw in.error(
              "tensors and plain values only",
              "a global by extension code (EXT), of which nothing was executed");
      default ->
          throw in.error("an operation that torch.save writes", "0x%02x".formatted(operation));
    }
  }

  // ---- stack and memo

  private void push(PickleValue value) {
    stack.add(value);
  }

  private PickleValue top() {
    if (stack.size() <= (markCount == 0 ? 0 : marks[markCount - 1])) {
      throw in.error("a value on the stack", "none");
    }
    return stack.getLast();
  }

  private PickleValue pop() {
    PickleValue value = top();
    stack.removeLast();
    return value;
  }

  private void mark() {
    if (markCount == marks.length) {
      marks = Arrays.copyOf(marks, 2 * markCount);
    }
    marks[markCount++] = stack.size();
  }

  /// What lies above the last mark, which goes too.
  private List<PickleValue> popToMark() {
    if (markCount == 0) {
      throw in.error("a mark on the stack", "none");
    }
    return cut(marks[--markCount]);
  }

  private List<PickleValue> popped(int count) {
    int from = stack.size() - count;
    if (from < (markCount == 0 ? 0 : marks[markCount - 1])) {
      throw in.error("%d values on the stack".formatted(count), "fewer");
    }
    return cut(from);
  }

  private List<PickleValue> cut(int from) {
    List<PickleValue> above = stack.subList(from, stack.size());
    List<PickleValue> out = new ArrayList<>(above);
    above.clear();
    return out;
  }

  /// Whoever memoizes has used a byte for each entry before.
  private void memoize(long index) {
    if (index < 0 || index >= in.size() || index >= MOST_OPERATIONS) {
      throw in.error("memo entries in order", "entry " + index);
    }
    int at = (int) index;
    if (at >= memo.length) {
      int larger = (int) Math.min(Math.max(2L * memo.length, at + 1L), in.size());
      memo = Arrays.copyOf(memo, larger);
    }
    memoCount += memo[at] == null ? 1 : 0;
    memo[at] = top();
  }

  private PickleValue remembered(long index) {
    PickleValue value = index >= 0 && index < memo.length ? memo[(int) index] : null;
    if (value == null) {
      throw in.error("a memo entry", "none of number " + index);
    }
    return value;
  }

  // ---- values

  private PickleValue integer(int bytes) {
    if (bytes < 0 || bytes > in.size()) {
      throw in.error("the size of an integer", "" + bytes);
    }
    if (bytes > Long.BYTES) {
      in.skip(bytes);
      return new Opaque("an integer of %d bytes".formatted(bytes));
    }
    return new Whole(in.integer(bytes));
  }

  /// Protocol 0 writes booleans as 00 and 01, long integers with an L.
  private PickleValue integer(String line) {
    if (line.equals("00") || line.equals("01")) {
      return new Truth(line.equals("01"));
    }
    return new Whole(index(line.endsWith("L") ? line.substring(0, line.length() - 1) : line));
  }

  private long index(String line) {
    try {
      return Long.parseLong(line);
    } catch (NumberFormatException e) {
      throw in.error("an integer", "another text");
    }
  }

  private Real real(String line) {
    try {
      return new Real(Double.parseDouble(line));
    } catch (NumberFormatException e) {
      throw in.error("a number", "another text");
    }
  }

  private static String unquoted(String line) {
    return line.length() >= 2 ? line.substring(1, line.length() - 1) : line;
  }

  private Opaque bytes(long count) {
    in.skip(count);
    return new Opaque("bytes");
  }

  private void append(List<PickleValue> items) {
    if (!(top() instanceof Sequence(String kind, List<PickleValue> list)) || kind.equals("tuple")) {
      throw in.error("a list or set to add to", top().what());
    }
    list.addAll(items);
  }

  private void setItems(List<PickleValue> items) {
    if (!(top() instanceof Dictionary dictionary)) {
      throw in.error("a dictionary to add to", top().what());
    }
    if (items.size() % 2 != 0) {
      throw in.error("keys and values", "a key without a value");
    }
    for (int i = 0; i < items.size(); i += 2) {
      dictionary.put(items.get(i), items.get(i + 1));
    }
  }

  private void stackGlobal() {
    PickleValue name = pop();
    PickleValue module = pop();
    if (!(module instanceof Text(String its) && name instanceof Text(String global))) {
      throw in.error("the names of a global", module.what() + " and " + name.what());
    }
    push(Globals.named(in, its, global));
  }

  private void requireNone(PickleValue named) {
    if (!(named instanceof Dictionary(var keys, var values, boolean module)) || !keys.isEmpty()) {
      throw in.error("no arguments by name", named.what());
    }
  }

  /// State beside a dictionary's entries or a tensor's elements, such as a module's version, does
  /// not matter; a module's parameters do.
  private void build(PickleValue state) {
    switch (top()) {
      case Dictionary dictionary when dictionary.ofModule() -> {
        if (state instanceof Dictionary all
            && all.get("_parameters") instanceof Dictionary parameters) {
          in.copying(parameters.keys().size());
          dictionary.keys().addAll(parameters.keys());
          dictionary.values().addAll(parameters.values());
        }
      }
      case Dictionary dictionary -> {}
      case TensorRef tensor -> {}
      case Opaque opaque -> {}
      default -> throw in.error("an object to give state to", top().what());
    }
  }
}
