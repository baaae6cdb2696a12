-- The messages of core/wire.h for Wireshark: what `nimblesim run --pcap` and `testbed --pcap` write.
--
--     tshark -X lua_script:models/nimblenet/wire.lua -r run.pcapng
--     wireshark -X lua_script:models/nimblenet/wire.lua run.pcapng
--
-- A frame's interface is the direction of a link that carried it; it is there when it leaves
-- (outbound) and when it comes (inbound). On the wire nodes count from 0, in results and names of
-- interfaces from 1; a field has the wire's number, its text both.

local VERSION, HEADER, EVERYONE = 2, 44, 0xffffffff
local KINDS = {
    [1] = "query", [2] = "have", [3] = "registry ask", [4] = "registry tell", [5] = "meta ask",
    [6] = "meta tell", [7] = "get", [8] = "data", [9] = "news",
}
local FLOODED = { [1] = true, [9] = true }
local MAY_BE_GONE = { [4] = true, [6] = true, [8] = true }
local STATUSES = { [0] = "here", [1] = "gone" }
local DATA, GONE = 8, 1

local nimblenet = Proto("nimblenet", "NimbleNet")
local f = {
    version = ProtoField.uint8("nimblenet.version", "Version"),
    kind = ProtoField.uint8("nimblenet.kind", "Kind", base.DEC, KINDS),
    status = ProtoField.uint8("nimblenet.status", "Status", base.DEC, STATUSES),
    ttl = ProtoField.uint8("nimblenet.ttl", "Hops that it may still take"),
    origin = ProtoField.uint32("nimblenet.origin", "Origin"),
    destination = ProtoField.uint32("nimblenet.destination", "Destination"),
    tasklet = ProtoField.uint32("nimblenet.tasklet", "Tasklet"),
    request = ProtoField.uint32("nimblenet.request", "Request"),
    context = ProtoField.uint32("nimblenet.context", "Context"),
    size = ProtoField.uint32("nimblenet.size", "Size of the binary"),
    hash = ProtoField.uint64("nimblenet.hash", "Hash of the binary", base.HEX),
    epoch = ProtoField.uint32("nimblenet.epoch", "Epoch of its maker"),
    length = ProtoField.uint32("nimblenet.length", "Bytes behind the header"),
    binary = ProtoField.bytes("nimblenet.binary", "Binary"),
    housekeeping = ProtoField.uint32("nimblenet.housekeeping", "Bytes of housekeeping"),
}
nimblenet.fields = f
local malformed = ProtoExpert.new("nimblenet.malformed", "No node would send this",
    expert.group.MALFORMED, expert.severity.ERROR)
nimblenet.experts = { malformed }

local function node(number)
    return number == EVERYONE and "everyone" or "node " .. (number + 1)
end

-- What wire_decode() refuses, in its order; nil where it takes the message.
local function fault(buffer, length)
    if length < HEADER then
        return "shorter than a header"
    end
    local version, kind, status = buffer(0, 1):uint(), buffer(1, 1):uint(), buffer(2, 1):uint()
    if version ~= VERSION then
        return "of version " .. version
    end
    if KINDS[kind] == nil then
        return "of kind " .. kind
    end
    if STATUSES[status] == nil then
        return "of status " .. status
    end
    if buffer(4, 4):le_uint() == EVERYONE then
        return "from everyone"
    end
    local flooded = FLOODED[kind] == true
    if flooded ~= (buffer(8, 4):le_uint() == EVERYONE) then
        return flooded and "a flood for one node" or "for everyone, but no flood"
    end
    if flooded ~= (buffer(3, 1):uint() > 0) then
        return flooded and "a flood that goes nowhere" or "no flood, but with hops to go"
    end
    if status == GONE and not MAY_BE_GONE[kind] then
        return "a " .. KINDS[kind] .. " of what is gone"
    end
    local behind = kind == DATA and status ~= GONE and buffer(24, 4):le_uint() or 0
    if buffer(40, 4):le_uint() ~= behind or length - HEADER ~= behind then
        return "of a length that it does not say"
    end
    return nil
end

local function add_node(tree, field, range)
    tree:add_le(field, range):append_text(" (" .. node(range:le_uint()) .. ")")
end

local function add_header(tree, buffer)
    tree:add(f.version, buffer(0, 1))
    tree:add(f.kind, buffer(1, 1))
    tree:add(f.status, buffer(2, 1))
    tree:add(f.ttl, buffer(3, 1))
    add_node(tree, f.origin, buffer(4, 4))
    add_node(tree, f.destination, buffer(8, 4))
    tree:add_le(f.tasklet, buffer(12, 4))
    tree:add_le(f.request, buffer(16, 4))
    tree:add_le(f.context, buffer(20, 4))
    tree:add_le(f.size, buffer(24, 4))
    tree:add_le(f.hash, buffer(28, 8))
    tree:add_le(f.epoch, buffer(36, 4))
    tree:add_le(f.length, buffer(40, 4))
end

local function describe(buffer)
    local kind, status, ttl = buffer(1, 1):uint(), buffer(2, 1):uint(), buffer(3, 1):uint()
    return string.format("%s%s: %s, tasklet %u, request %u%s", KINDS[kind],
        status == GONE and ", gone" or "", node(buffer(4, 4):le_uint()) .. " to " ..
        node(buffer(8, 4):le_uint()), buffer(12, 4):le_uint(), buffer(16, 4):le_uint(),
        FLOODED[kind] and ", ttl " .. ttl or "")
end

function nimblenet.dissector(buffer, pinfo, root)
    local length = buffer:reported_len()
    local tree = root:add(nimblenet, buffer())
    pinfo.cols.protocol = "NimbleNet"
    if buffer:len() == 0 then -- what a radio says by itself: how much of it is all that is known
        tree:add(f.housekeeping, length):set_generated()
        pinfo.cols.info = "housekeeping"
        return 0
    end
    local wrong = fault(buffer, length)
    if buffer:len() >= HEADER then
        add_header(tree, buffer)
    end
    if buffer:len() > HEADER then
        tree:add(f.binary, buffer(HEADER))
    end
    if wrong ~= nil then
        tree:add_proto_expert_info(malformed, "Malformed: " .. wrong)
        pinfo.cols.info = "malformed: " .. wrong
        return buffer:len()
    end
    pinfo.cols.src = node(buffer(4, 4):le_uint())
    pinfo.cols.dst = node(buffer(8, 4):le_uint())
    pinfo.cols.info = describe(buffer)
    return buffer:len()
end

DissectorTable.get("wtap_encap"):add(wtap.USER0, nimblenet)
