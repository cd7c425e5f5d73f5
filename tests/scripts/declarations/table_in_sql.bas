TABLE leads
    id UUID PRIMARY KEY DEFAULT uuid_generate_v4()
    names TEXT[]
    full_name VARCHAR(max) GENERATED ALWAYS AS
        (first || ' ' || last) STORED
    price* double
END TABLE
TALK "ready"          ' bot: ready
