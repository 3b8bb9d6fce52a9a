package cadj.kernels.emulator.translate;

import cadj.kernels.device.PtxSource;
import cadj.kernels.emulator.run.Access;
import cadj.kernels.emulator.run.Clocks;
import cadj.kernels.emulator.run.RegisterKind;
import cadj.kernels.emulator.run.Slot;
import cadj.kernels.emulator.run.Slots;
import cadj.kernels.emulator.run.SpecialRegisterValues;
import cadj.kernels.ptx.Instruction;
import cadj.kernels.ptx.Operand;
import cadj.kernels.ptx.PtxException;
import cadj.kernels.ptx.PtxKernel;
import cadj.kernels.ptx.PtxType;
import cadj.kernels.ptx.PtxVariable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The state of translating one kernel: where its registers and variables lie, which memory
/// accesses it makes, and the errors for what cannot be translated.
final class Translation {
  /// Loads and stores that may meet those of other threads.
  private static final Set<String> STRONG = Set.of("relaxed", "acquire", "release", "acq_rel");

  private final PtxSource source;
  private final PtxKernel kernel;
  private final Symbols symbols;
  private final Slots slots;
  private final List<Access> accesses = new ArrayList<>();
  private final boolean checksRegisters;
  private final boolean counts;
  private final int seed;
  private final boolean mayWait;

  Translation(
      PtxSource source,
      PtxKernel kernel,
      Symbols symbols,
      boolean checksRegisters,
      boolean counts,
      int seed) {
    this.source = source;
    this.kernel = kernel;
    this.symbols = symbols;
    this.slots = new Slots(kernel);
    this.checksRegisters = checksRegisters;
    this.counts = counts;
    this.seed = seed;
    this.mayWait = kernel.body().stream().anyMatch(Translation::mayWait);
  }

  Slots slots() {
    return slots;
  }

  PtxKernel kernel() {
    return kernel;
  }

  boolean checksRegisters() {
    return checksRegisters;
  }

  boolean counts() {
    return counts;
  }

  /// Of the errors that hardware may make.
  int seed() {
    return seed;
  }

  /// Whether threads may wait for what others write, so that warps must take turns.
  boolean mayWait() {
    return mayWait;
  }

  /// Whether a loop around `it` may wait for what another thread writes.
  private static boolean mayWait(Instruction it) {
    return switch (it.opcode()) {
      case "atom" -> true;
      case "ld" -> it.has("volatile") || it.has("relaxed") || it.has("acquire") || it.has("mmio");
      case "mbarrier" -> it.has("test_wait") || it.has("try_wait");
      default -> false;
    };
  }

  List<Access> accesses() {
    return accesses;
  }

  Access access(int at, PtxVariable.Space space, Access.Mode does, int bytes) {
    Instruction it = kernel.body().get(at);
    boolean constant = does == Access.Mode.READ && it.has("nc");
    boolean strong = STRONG.stream().anyMatch(it::has);
    Access access = new Access(accesses.size(), at, space, does, bytes, constant, strong);
    accesses.add(access);
    return access;
  }

  PtxException trouble(Instruction it, String trouble) {
    return new PtxException(source, it.line(), it.fullName() + ": " + trouble);
  }

  PtxException unsupported(Instruction it) {
    return new PtxException(source, it.line(), Unsupported.words(it));
  }

  /// The type that a modifier such as `f32` names.
  PtxType type(Instruction it, String modifier) {
    try {
      return PtxType.valueOf(modifier.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException noType) {
      throw unsupported(it);
    }
  }

  /// Where `operand`, read as `kind`, lies.
  Slot source(Instruction it, Operand operand, RegisterKind kind) {
    return switch (operand) {
      case Operand.Register register -> checked(it, register, kind);
      case Operand.Whole whole -> whole(it, whole, kind);
      case Operand.Real real -> slots.constant(kind, bits(real, kind));
      case Operand.Special special -> special(it, special, kind);
      case Operand.Symbol symbol -> slots.constant(kind, address(it, symbol));
      case Operand.Offset(Operand.Symbol symbol, long bytes) ->
          slots.constant(kind, address(it, symbol) + bytes);
      default -> throw trouble(it, "expected a register or number, found " + operand);
    };
  }

  private Slot special(Instruction it, Operand.Special special, RegisterKind kind) {
    if (Clocks.isOne(special.name())) {
      throw trouble(it, "%s is read by mov only".formatted(special.name()));
    }
    if (!SpecialRegisterValues.isKnown(special.name())) {
      throw trouble(it, "%s is not emulated".formatted(special.name()));
    }
    return slots.special(new Slots.Special(special.name(), kind));
  }

  private long address(Instruction it, Operand.Symbol symbol) {
    Symbols.Place place = symbols.place(symbol.name());
    if (place.passed()) {
      throw trouble(it, "the address of what a function is passed cannot be taken here");
    }
    return place.address();
  }

  private Slot checked(Instruction it, Operand.Register register, RegisterKind kind) {
    Slot slot = slots.register(register.name());
    if (slot.kind().bits() != kind.bits()) {
      throw trouble(
          it,
          "expected %d bits, but %s has %d"
              .formatted(kind.bits(), register.name(), slot.kind().bits()));
    }
    return slot;
  }

  private Slot whole(Instruction it, Operand.Whole whole, RegisterKind kind) {
    return switch (kind) {
      case FLOAT, DOUBLE -> throw trouble(it, "expected a number such as 0f3F800000 or 1.0");
      case BYTE, HALF, INT -> slots.constant(kind, whole.value() & ((1L << kind.bits()) - 1));
      case LONG -> slots.constant(kind, whole.value());
      case PREDICATE -> throw trouble(it, "expected a predicate");
    };
  }

  private static long bits(Operand.Real real, RegisterKind kind) {
    return kind.bits() == 64
        ? Double.doubleToRawLongBits(real.value())
        : Float.floatToRawIntBits((float) real.value());
  }

  /// Where the register `operand` lies, whatever its width.
  Slot register(Instruction it, Operand operand) {
    if (operand instanceof Operand.Register register) {
      return slots.register(register.name());
    }
    throw trouble(it, "expected a register, found " + operand);
  }

  /// Where the register `operand`, written as `kind`, lies.
  Slot destination(Instruction it, Operand operand, RegisterKind kind) {
    if (operand instanceof Operand.Register register) {
      return checked(it, register, kind);
    }
    throw trouble(it, "expected a register, found " + operand);
  }

  /// The base of an address.
  Slot base(Instruction it, Operand.Address address) {
    Operand base = address.base();
    if (base == null) {
      return slots.constant(RegisterKind.LONG, 0);
    }
    if (base instanceof Operand.Symbol symbol) {
      return slots.constant(RegisterKind.LONG, symbols.place(symbol.name()).address());
    }
    Slot slot = register(it, base);
    if (slot.kind() != RegisterKind.LONG && slot.kind() != RegisterKind.INT) {
      throw trouble(it, "expected an address of 32 or 64 bits in " + base);
    }
    return slot;
  }

  /// The space that `ld.param` or `st.param` goes to: local memory for what functions are passed.
  PtxVariable.Space parameterSpace(Operand.Address address) {
    return address.base() instanceof Operand.Symbol symbol
        ? symbols.place(symbol.name()).space()
        : PtxVariable.Space.PARAM;
  }

  Operand.Address address(Instruction it, int operand) {
    if (operand < it.operands().size()
        && it.operands().get(operand) instanceof Operand.Address address) {
      return address;
    }
    throw trouble(it, "expected an [address] as operand " + (operand + 1));
  }

  void requireOperands(Instruction it, int least, int most) {
    int count = it.operands().size();
    if (count < least || count > most) {
      throw trouble(
          it,
          "expected %s operands, found %d"
              .formatted(least == most ? least : least + " to " + most, count));
    }
  }
}
