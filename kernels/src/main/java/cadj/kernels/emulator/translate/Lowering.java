package cadj.kernels.emulator.translate;

import cadj.kernels.emulator.run.RegisterKind;
import cadj.kernels.emulator.run.Slot;
import cadj.kernels.ptx.Instruction;
import cadj.kernels.ptx.Operand;
import java.util.List;

/// Translates one instruction after another to bytecode: those that work on each lane by itself are
/// looked up in [Semantics], each other family has a class of its own.
final class Lowering {
  private final Translation translation;
  private final Emitter emitter;
  private final LowerMoves moves;
  private final LowerPredicates predicates;
  private final LowerConversions conversions;
  private final LowerMemory memory;
  private final LowerAtomics atomics;
  private final LowerWarpwide warpwide;
  private final LowerTensorCore tensorCore;
  private final LowerAsyncCopies asyncCopies;
  private final LowerMemoryBarriers memoryBarriers;
  private final LowerCalls calls;
  private final LowerWarpMatrices warpMatrices;

  Lowering(Translation translation, Emitter emitter) {
    this.translation = translation;
    this.emitter = emitter;
    moves = new LowerMoves(translation, emitter);
    predicates = new LowerPredicates(translation, emitter);
    conversions = new LowerConversions(translation, emitter);
    memory = new LowerMemory(translation, emitter);
    atomics = new LowerAtomics(translation, emitter);
    warpwide = new LowerWarpwide(translation, emitter);
    tensorCore = new LowerTensorCore(translation, emitter);
    asyncCopies = new LowerAsyncCopies(translation, emitter);
    memoryBarriers = new LowerMemoryBarriers(translation, emitter);
    calls = new LowerCalls(translation, emitter);
    warpMatrices = new LowerWarpMatrices(translation, emitter);
  }

  /// @param index of `it` in the kernel's body
  void emit(int index, Instruction it) {
    emitter.begin(index, it);
    switch (it.opcode()) {
      case "mov" -> moves.move(it);
      case "cvta" -> moves.address(it);
      case "isspacep" -> moves.isSpace(it);
      case "setp" -> predicates.compare(it);
      case "set" -> predicates.compareToNumber(it);
      case "and", "or", "xor", "not" -> {
        if (it.has("pred")) {
          predicates.logic(it);
        } else {
          arithmetic(it);
        }
      }
      case "testp" -> predicates.test(it);
      case "cvt" -> conversions.convert(it);
      case "ld", "ldu" -> memory.load(it);
      case "st" -> memory.store(it);
      case "atom", "red" -> atomics.update(it);
      case "shfl" -> warpwide.shuffle(it);
      case "vote" -> warpwide.vote(it);
      case "activemask" -> warpwide.activeMask(it);
      case "match" -> warpwide.match(it);
      case "redux" -> warpwide.reduce(it);
      case "bar" -> warpwide.synchronize(it);
      case "mma" -> tensorCore.multiply(it);
      case "wmma" -> warpMatrices.lower(it);
      case "ldmatrix" -> tensorCore.load(it);
      case "cp" -> asyncCopies.copy(it);
      case "mbarrier" -> memoryBarriers.lower(it);
      case "call" -> calls.call(it);
      case "membar", "fence" -> new LowerAddresses(translation, emitter).fence();
      case "prefetch", "prefetchu", "nanosleep" -> {}
      default -> arithmetic(it);
    }
    emitter.end();
  }

  private void arithmetic(Instruction it) {
    LaneOperation operation = Semantics.of(it, translation.seed());
    if (operation == null || operation.result() == RegisterKind.PREDICATE) {
      throw translation.unsupported(it);
    }
    List<Operand> operands = it.operands();
    int sources = operation.operands().size();
    translation.requireOperands(it, sources + 1, sources + 1);
    Slot[] slots = new Slot[sources];
    for (int i = 0; i < sources; i++) {
      slots[i] = translation.source(it, operands.get(i + 1), operation.operands().get(i));
    }
    emitter.lanes(
        operation, translation.destination(it, operands.getFirst(), operation.result()), slots);
  }
}
