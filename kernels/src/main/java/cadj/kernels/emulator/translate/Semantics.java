package cadj.kernels.emulator.translate;

import cadj.kernels.emulator.arithmetic.Approximate;
import cadj.kernels.emulator.arithmetic.Doubles;
import cadj.kernels.emulator.arithmetic.HalfPairs;
import cadj.kernels.emulator.arithmetic.HalfPrecision;
import cadj.kernels.emulator.arithmetic.Halves;
import cadj.kernels.emulator.arithmetic.Ints;
import cadj.kernels.emulator.arithmetic.Longs;
import cadj.kernels.emulator.arithmetic.Rounding;
import cadj.kernels.emulator.arithmetic.Shorts;
import cadj.kernels.emulator.arithmetic.Singles;
import cadj.kernels.emulator.run.RegisterKind;
import cadj.kernels.ptx.Instruction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The instructions that work on each lane by itself, and the function that computes each.
///
/// A row gives types, a class, a signature (see [LaneOperation]) and names; `mul.hi=mulHiS` says
/// that `mul.hi` is the class's method `mulHiS`, a bare name that both are called the same.
/// Modifiers that do not change the result here (`.rn`; in double precision `.approx`) are left out
/// of names; `.rz`, `.rm` and `.rp` are `.directed`, and the rounding mode is the method's last
/// argument. That of [Approximate] is the seed of errors.
final class Semantics {
  private static final Map<String, LaneOperation> TABLE = new HashMap<>();
  private static final Map<String, Integer> DIRECTIONS =
      Map.of("rz", Rounding.ZERO, "rm", Rounding.DOWN, "rp", Rounding.UP);
  private static final Set<String> FLOATS = Set.of("f16", "f16x2", "bf16", "bf16x2", "f32", "f64");
  private static final Set<String> IGNORED = Set.of("rn", "ftz");
  private static final Set<String> APPROXIMATE = Set.of("approx", "full");
  private static final String COMPARE_SIGNED =
      "setp.eq=eq setp.ne=ne setp.lt=lt setp.le=le setp.gt=gt setp.ge=ge";
  private static final String COMPARE_UNSIGNED =
      "setp.eq=eq setp.ne=ne setp.lt=lo setp.le=ls setp.gt=hi setp.ge=hs"
          + " setp.lo=lo setp.ls=ls setp.hi=hi setp.hs=hs";
  private static final String COMPARE_FLOATS =
      COMPARE_SIGNED
          + " setp.equ=equ setp.neu=neu setp.ltu=ltu setp.leu=leu setp.gtu=gtu setp.geu=geu"
          + " setp.num=num setp.nan=nan";

  static {
    rows("s16 u16", Shorts.class, "H:HH", "add sub mul.lo=mul");
    rows("s16", Shorts.class, "H:HH", "mul.hi=mulHiS div=divS rem=remS min=minS max=maxS");
    rows("u16", Shorts.class, "H:HH", "mul.hi=mulHiU div=divU rem=remU min=minU max=maxU");
    rows("s16", Shorts.class, "I:HH", "mul.wide=mulWideS");
    rows("u16", Shorts.class, "I:HH", "mul.wide=mulWideU");
    rows("s16 u16", Shorts.class, "H:HHH", "mad.lo=mad");
    rows("s16", Shorts.class, "I:HHI", "mad.wide=madWideS");
    rows("u16", Shorts.class, "I:HHI", "mad.wide=madWideU");
    rows("s16", Shorts.class, "H:H", "abs neg");
    rows("b16", Shorts.class, "H:HH", "and or xor");
    rows("b16", Shorts.class, "H:H", "not cnot");
    rows("b16", Shorts.class, "H:HI", "shl shr=shrU");
    rows("s16", Shorts.class, "H:HI", "shr=shrS");
    rows("u16", Shorts.class, "H:HI", "shr=shrU");
    rows("b16 s16 u16", Shorts.class, "H:HHP", "selp=select");
    rows("s16", Shorts.class, "P:HH", COMPARE_SIGNED);
    rows("u16", Shorts.class, "P:HH", COMPARE_UNSIGNED);
    rows("b16", Shorts.class, "P:HH", "setp.eq=eq setp.ne=ne");

    rows("s32 u32", Ints.class, "I:II", "add sub mul.lo=mul");
    rows(
        "s32", Ints.class, "I:II", "add.sat=addSat sub.sat=subSat mul.hi=mulHiS div=divS rem=remS");
    rows("s32", Ints.class, "I:II", "min=minS max=maxS mul24.lo=mul24S");
    rows("u32", Ints.class, "I:II", "mul.hi=mulHiU div=divU rem=remU min=minU max=maxU");
    rows("u32", Ints.class, "I:II", "mul24.lo=mul24U");
    rows("s32", Ints.class, "L:II", "mul.wide=mulWideS");
    rows("u32", Ints.class, "L:II", "mul.wide=mulWideU");
    rows("s32 u32", Ints.class, "I:III", "mad.lo=mad");
    rows("s32", Ints.class, "I:III", "mad.hi=madHiS sad=sadS mad24.lo=mad24S");
    rows("u32", Ints.class, "I:III", "mad.hi=madHiU sad=sadU mad24.lo=mad24U");
    rows("s32", Ints.class, "L:IIL", "mad.wide=madWideS");
    rows("u32", Ints.class, "L:IIL", "mad.wide=madWideU");
    rows("s32.s32", Ints.class, "I:III", "dp4a=dp4aS");
    rows("u32.u32", Ints.class, "I:III", "dp4a=dp4aU");
    rows("s32", Ints.class, "I:I", "abs neg bfind=bfindS bfind.shiftamt=bfindShiftS");
    rows("u32", Ints.class, "I:I", "bfind=bfindU bfind.shiftamt=bfindShiftU");
    rows("b32", Ints.class, "I:II", "and or xor shl shr=shrU");
    rows("b32", Ints.class, "I:II", "bmsk.clamp=bmskClamp bmsk.wrap=bmskWrap");
    rows("b32", Ints.class, "I:I", "not cnot popc clz brev");
    rows("s32", Ints.class, "I:II", "shr=shrS");
    rows("u32", Ints.class, "I:II", "shr=shrU");
    rows("s32", Ints.class, "I:III", "bfe=bfeS");
    rows("u32", Ints.class, "I:III", "bfe=bfeU");
    rows("b32", Ints.class, "I:IIII", "bfi lop3");
    rows("b32", Ints.class, "I:III", "shf.l.clamp=shfLClamp shf.l.wrap=shfLWrap");
    rows("b32", Ints.class, "I:III", "shf.r.clamp=shfRClamp shf.r.wrap=shfRWrap");
    rows("b32", Ints.class, "I:III", "prmt");
    rows("f4e", Ints.class, "I:III", "prmt.b32=prmtF4e");
    rows("b4e", Ints.class, "I:III", "prmt.b32=prmtB4e");
    rows("rc8", Ints.class, "I:III", "prmt.b32=prmtRc8");
    rows("ecl", Ints.class, "I:III", "prmt.b32=prmtEcl");
    rows("ecr", Ints.class, "I:III", "prmt.b32=prmtEcr");
    rows("rc16", Ints.class, "I:III", "prmt.b32=prmtRc16");
    rows("b32 s32 u32", Ints.class, "I:IIP", "selp=select");
    rows("b32.s32 s32.s32 u32.s32", Ints.class, "I:III", "slct");
    rows("b32.f32 s32.f32 u32.f32", Ints.class, "I:IIF", "slct=slctF");
    rows("s32", Ints.class, "P:II", COMPARE_SIGNED);
    rows("u32", Ints.class, "P:II", COMPARE_UNSIGNED);
    rows("b32", Ints.class, "P:II", "setp.eq=eq setp.ne=ne");

    rows("s64 u64", Longs.class, "L:LL", "add sub mul.lo=mul");
    rows("s64", Longs.class, "L:LL", "mul.hi=mulHiS div=divS rem=remS min=minS max=maxS");
    rows("u64", Longs.class, "L:LL", "mul.hi=mulHiU div=divU rem=remU min=minU max=maxU");
    rows("s64 u64", Longs.class, "L:LLL", "mad.lo=mad");
    rows("s64", Longs.class, "L:LLL", "mad.hi=madHiS sad=sadS");
    rows("u64", Longs.class, "L:LLL", "mad.hi=madHiU sad=sadU");
    rows("s64", Longs.class, "L:L", "abs neg");
    rows("s64", Longs.class, "I:L", "bfind=bfindS bfind.shiftamt=bfindShiftS");
    rows("u64", Longs.class, "I:L", "bfind=bfindU bfind.shiftamt=bfindShiftU");
    rows("b64", Longs.class, "L:LL", "and or xor");
    rows("b64", Longs.class, "L:L", "not cnot brev");
    rows("b64", Longs.class, "I:L", "popc clz");
    rows("b64", Longs.class, "L:LI", "shl shr=shrU");
    rows("s64", Longs.class, "L:LI", "shr=shrS");
    rows("u64", Longs.class, "L:LI", "shr=shrU");
    rows("s64", Longs.class, "L:LII", "bfe=bfeS");
    rows("u64", Longs.class, "L:LII", "bfe=bfeU");
    rows("b64", Longs.class, "L:LLII", "bfi");
    rows("b64 s64 u64", Longs.class, "L:LLP", "selp=select");
    rows("b64.s32 s64.s32 u64.s32", Longs.class, "L:LLI", "slct");
    rows("b64.f32 s64.f32 u64.f32", Longs.class, "L:LLF", "slct=slctF");
    rows("s64", Longs.class, "P:LL", COMPARE_SIGNED);
    rows("u64", Longs.class, "P:LL", COMPARE_UNSIGNED);
    rows("b64", Longs.class, "P:LL", "setp.eq=eq setp.ne=ne");

    rows("f32", Singles.class, "F:FF", "add sub mul div copysign");
    rows("f32", Singles.class, "F:FF", "min max min.NaN=minNan max.NaN=maxNan");
    rows("f32", Singles.class, "F:FFF", "fma mad=fma");
    rows("f32", Singles.class, "F:F", "rcp sqrt abs neg");
    rows("f32", Approximate.class, "F:FF", "div.approx=div div.full=div");
    String approximate = "rcp sqrt rsqrt ex2 lg2 sin cos tanh";
    rows("f32", Approximate.class, "F:F", approximate.replaceAll("(\\w+)", "$1.approx=$1"));
    rows("f32", Singles.class, "F:FFP", "selp=select");
    rows("f32.s32", Singles.class, "F:FFI", "slct");
    rows("f32.f32", Singles.class, "F:FFF", "slct=slctF");
    rows("f32", Singles.class, "P:FF", COMPARE_FLOATS);
    rows("f32", Rounding.class, "F:FF", "add.directed=add sub.directed=sub mul.directed=mul");
    rows("f32", Rounding.class, "F:FF", "div.directed=div");
    rows("f32", Rounding.class, "F:FFF", "fma.directed=fma mad.directed=fma");
    rows("f32", Rounding.class, "F:F", "rcp.directed=rcp sqrt.directed=sqrt");
    String tests =
        "testp.finite=finite testp.infinite=infinite testp.number=number"
            + " testp.notanumber=notanumber testp.normal=normal testp.subnormal=subnormal";
    rows("f32", Singles.class, "P:F", tests);

    rows("f64", Doubles.class, "D:DD", "add sub mul div copysign min max");
    rows("f64", Doubles.class, "D:DDD", "fma mad=fma");
    rows("f64", Doubles.class, "D:D", "rcp sqrt rsqrt abs neg");
    rows("f64", Doubles.class, "D:DDP", "selp=select");
    rows("f64.s32", Doubles.class, "D:DDI", "slct");
    rows("f64.f32", Doubles.class, "D:DDF", "slct=slctF");
    rows("f64", Doubles.class, "P:DD", COMPARE_FLOATS);
    rows("f64", Doubles.class, "P:D", tests);

    for (HalfPrecision precision : HalfPrecision.values()) {
      String type = precision.name().toLowerCase(Locale.ROOT);
      rows(type, Halves.class, "H:HH", "add sub mul min max", precision);
      rows(type, Halves.class, "H:HHH", "fma", precision);
      rows(type, Halves.class, "H:H", "neg abs");
      rows(type, Halves.class, "P:HH", COMPARE_FLOATS, precision);
      String pair = type + "x2";
      rows(pair, HalfPairs.class, "I:II", "add sub mul min max", precision);
      rows(pair, HalfPairs.class, "I:III", "fma", precision);
      rows(pair, HalfPairs.class, "I:I", "neg abs");
    }
  }

  private Semantics() {}

  private static void rows(
      String types, Class<?> owner, String signature, String names, Object... constants) {
    for (String type : types.split(" ", -1)) {
      for (String name : names.split(" ", -1)) {
        int equals = name.indexOf('=');
        String ptx = equals < 0 ? name : name.substring(0, equals);
        String method = name.substring(equals + 1);
        TABLE.put(ptx + "." + type, new LaneOperation(owner, method, signature, constants));
      }
    }
  }

  /// What `it` does to each lane, or null if it is not in the table.
  ///
  /// @param seed of the errors of approximate instructions
  static @Nullable LaneOperation of(Instruction it, int seed) {
    LaneOperation found = of(it.opcode(), it.modifiers());
    return found != null && found.owner() == Approximate.class ? found.with(seed) : found;
  }

  /// @param modifiers of an instruction; of `setp`, without the boolean operator
  static @Nullable LaneOperation of(String opcode, List<String> modifiers) {
    boolean isFloat = modifiers.stream().anyMatch(FLOATS::contains);
    boolean saturate = false;
    Integer direction = null;
    List<String> name = new ArrayList<>();
    name.add(opcode);
    for (String modifier : modifiers) {
      if (DIRECTIONS.containsKey(modifier)) {
        direction = DIRECTIONS.get(modifier);
        name.add("directed");
      } else if (modifier.equals("sat") && isFloat) {
        saturate = true;
      } else if (!IGNORED.contains(modifier)
          && !(APPROXIMATE.contains(modifier) && modifiers.contains("f64"))) {
        name.add(modifier);
      }
    }
    LaneOperation found = TABLE.get(String.join(".", name));
    if (found == null || (saturate && found.result() != RegisterKind.FLOAT)) {
      return null;
    }
    LaneOperation directed = direction == null ? found : found.with(direction);
    return directed.with(modifiers.contains("ftz"), saturate);
  }

  /// All rows, by name.
  static Map<String, LaneOperation> table() {
    return Map.copyOf(TABLE);
  }
}
